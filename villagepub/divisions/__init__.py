"""Places: province, prefecture, county, township, village and community, by their 12-digit code.

The code's prefix is the ancestry: what lies below a township begins with the township's nine digits. There is
no check digit, so the list that a township loads is the only test of a code. A township is the tenant; what it
decides for itself (contact, hours, days, channels) lies beside its division.
"""
