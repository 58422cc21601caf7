from tests.house.test_pages import *
from tests.house import test_pages as tp
MINE={"batches:masters","batches:master","batches:batch","batches:step","batches:author_master","batches:review_master","batches:approve_master","batches:start_batch","batches:consume_lot","batches:record_entry","batches:sign_step","batches:correct_entry","batches:complete_batch","batches:abort_batch","batches:review_batch"}
tp.ALL=[a for a in tp.ALL if a[0] in MINE]
def test_axe_mine(live_demo, new_page):
    pages=list(pages_of_the_plant()); print([ (p[0],p[1],p[2]) for p in pages])
    pages+=[("stepop","/step/TFF-2026-004-06/","a.operator"),("stepop","/step/TFF-2026-004-05/","a.operator"),("rec","/record-entry/TFF-2026-004-06/","a.operator")]
    open_pages={}; wrong=[]
    import os; os.makedirs("/tmp/rec/axe",exist_ok=True)
    for name, address, who in pages:
        for width, height in WIDTHS.items():
            page = open_pages.get((who, width)) or signed_in(new_page, who, width, height)
            open_pages[who, width] = page
            r=page.goto(address)
            found = Axe().run(page).response["violations"]
            wrong += [f"{name} at {width}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"): wrong.append(f"{name} at {width}: scrolls sideways")
            page.screenshot(path=f"/tmp/rec/axe/{name.replace(':','-')}-{width}.png", full_page=True)
            if r.status!=200: wrong.append(f"{name} {r.status}")
    print("\n".join(wrong))
