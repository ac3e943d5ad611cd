"""Where every cell of the official form stands (国办公开办函〔2021〕30号), written out by hand and not computed.

A cell is ``(row, column, rows, columns, text)``. The numbers are those of ``annual_reports.final``.
"""

from tests.reports.annual_reports import FORM

Cell = tuple[int, int, int, int, str]

_OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")

TWO: set[Cell] = {
    (0, 0, 1, 4, "第二十条第（一）项"),
    (1, 0, 1, 1, "信息内容"),
    (1, 1, 1, 1, "本年制发件数"),
    (1, 2, 1, 1, "本年废止件数"),
    (1, 3, 1, 1, "现行有效件数"),
    *((2, column, 1, 1, text) for column, text in enumerate(("规章", "21", "22", "23"))),
    *((3, column, 1, 1, text) for column, text in enumerate(("行政规范性文件", "24", "25", "26"))),
    (4, 0, 1, 4, "第二十条第（五）项"),
    (5, 0, 1, 1, "信息内容"),
    (5, 1, 1, 3, "本年处理决定数量"),
    (6, 0, 1, 1, "行政许可"),
    (6, 1, 1, 3, "27"),
    (7, 0, 1, 4, "第二十条第（六）项"),
    (8, 0, 1, 1, "信息内容"),
    (8, 1, 1, 3, "本年处理决定数量"),
    (9, 0, 1, 1, "行政处罚"),
    (9, 1, 1, 3, "28"),
    (10, 0, 1, 1, "行政强制"),
    (10, 1, 1, 3, "29"),
    (11, 0, 1, 4, "第二十条第（八）项"),
    (12, 0, 1, 1, "信息内容"),
    (12, 1, 1, 3, "本年收费金额（单位：万元）"),
    (13, 0, 1, 1, "行政事业性收费"),
    (13, 1, 1, 3, "30.50"),
}

_WIDE = {"r01": 0, "r02": 0, "r25": 0, "r03": 1, "r04": 1, "r24": 1}  # the column in which the wide labels begin

THREE: set[Cell] = {
    (0, 0, 3, 3, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"),
    (0, 3, 1, 7, "申请人情况"),
    (1, 3, 2, 1, "自然人"),
    (1, 4, 1, 5, "法人或其他组织"),
    (1, 9, 2, 1, "总计"),
    (2, 4, 1, 1, "商业企业"),
    (2, 5, 1, 1, "科研机构"),
    (2, 6, 1, 1, "社会公益组织"),
    (2, 7, 1, 1, "法律服务机构"),
    (2, 8, 1, 1, "其他"),
    (5, 0, 22, 1, "三、本年度办理结果"),
    (7, 1, 8, 1, "（三）不予公开"),
    (15, 1, 3, 1, "（四）无法提供"),
    (18, 1, 5, 1, "（五）不予处理"),
    (23, 1, 3, 1, "（六）其他处理"),
    *(
        (row, _WIDE.get(each["key"], 2), 1, 3 - _WIDE.get(each["key"], 2), each["label"])
        for row, each in enumerate(FORM["part_3"]["rows"], 3)
    ),
    *((row + 2, column + 2, 1, 1, str(row * 100 + column)) for row in range(1, 26) for column in range(1, 8)),
}

FOUR: set[Cell] = {
    (0, 0, 2, 5, "行政复议"),
    (0, 5, 1, 10, "行政诉讼"),
    (1, 5, 1, 5, "未经复议直接起诉"),
    (1, 10, 1, 5, "复议后起诉"),
    *((2, column, 1, 1, _OUTCOMES[column % 5]) for column in range(15)),
    *((3, column, 1, 1, str(9011 + 10 * (column // 5) + column % 5)) for column in range(15)),
}
