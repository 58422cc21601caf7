import tests.qc.builders_release as s
def test_x(ready_lot):
    print(s.approved_by_qc())
    up=s.approved_by_qa(); print(up.disposition); c=s.certified(); print(c.disposition); r=s.released(); print(r.disposition)
