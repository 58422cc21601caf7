"""Reading what instruments export. Pure: bytes and a mapping in, values with their places out; knows no Django.

decoding: bytes to text · grids, workbooks, rdml: text, Excel and RDML to cells with places · marks: the decimal mark ·
mapping_file: which cell is which result, as data · values: all of it together.
"""
