"""Villagers who come by WeChat: which village they belong to, what they consented to, and what is held on them.

A resident asks to be taken for a villager of a village; the village's uploader, or the township's administrator, holds
the name against the roll and confirms or declines. Who is confirmed reads what the village publishes for its villagers
alone. Nothing personal is kept without a consent that stands, and a consent can be withdrawn at any time.
"""
