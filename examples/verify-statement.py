#!/usr/bin/env python3
"""Recomputes a closed statement from stored events, with nothing but the HTTP API and docs/statements.md.

    python3 verify-statement.py http://127.0.0.1:8787 cust_42:2026-10

Prints OK and exits 0, or prints the first difference and exits 1. A key is read from COUNTINGHOUSE_API_KEY."""
import hashlib, json, os, sys
from datetime import datetime
from fractions import Fraction as F
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

BASE, STATEMENT, KEY = sys.argv[1].rstrip("/"), sys.argv[2], os.environ.get("COUNTINGHOUSE_API_KEY")
class Number(str): """A JSON number as it was written, so that writing it again changes nothing."""
def read(text): return json.loads(text, parse_int=Number, parse_float=Number)
def get(path, **query):
    url = f"{BASE}/v1/{path}" + (f"?{urlencode(query)}" if query else "")
    with urlopen(Request(url, headers={"Authorization": f"Bearer {KEY}"} if KEY else {})) as answer: return answer.read()
def pages(path, **query):
    while True:
        page = read(get(path, **query))
        yield from page["items"]
        if page["next_cursor"] is None: return
        query["cursor"] = page["next_cursor"]
def check(what, stored, computed):
    if stored != computed: sys.exit(f"DIFFERENCE in {what}: stored {stored}, computed {computed}")
def canonical(v):  # RFC 8785
    if isinstance(v, Number): return str(v)
    if isinstance(v, dict): return "{" + ",".join(f"{canonical(k)}:{canonical(v[k])}" for k in sorted(v)) + "}"
    if isinstance(v, list): return "[" + ",".join(map(canonical, v)) + "]"
    return json.dumps(v, ensure_ascii=False)
def sha(data): return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).digest()
def ms(time):  # milliseconds since 1970, of 2026-10-31T23:00:00.000Z
    return int(datetime.fromisoformat(time[:19] + "+00:00").timestamp()) * 1000 + int(time[20:23])
def field(e, name): return e["properties"].get(name[11:]) if name.startswith("properties.") else e.get(name)
def place(e): return (ms(e["time"]), e["source"].encode(), e["id"].encode())
def matches(c, e):  # a meter's filter
    if c is None: return True
    if "all" in c: return all(matches(part, e) for part in c["all"])
    if "any" in c: return any(matches(part, e) for part in c["any"])
    v, op, asked = field(e, c["field"]), c["op"], c.get("value")
    if v is None: return False
    decimal = c["field"] in ("quantity", "amount")
    same = lambda a, b: F(a) == F(b) if decimal else type(a) is type(b) and (F(a) == F(b) if isinstance(a, Number) else a == b)
    if op in ("exists", "eq", "in"): return op == "exists" or any(same(v, one) for one in (asked if op == "in" else [asked]))
    if op == "prefix": return type(v) is str and v.startswith(asked)
    if not decimal and not (isinstance(v, Number) and isinstance(asked, Number)): return False
    return {"lt": F(v) < F(asked), "lte": F(v) <= F(asked), "gt": F(v) > F(asked), "gte": F(v) >= F(asked)}[op]
def value(meter, e):
    v, any_type = field(e, meter["value"]), meter["aggregation"] in ("count", "unique") or meter["value"] == "quantity"
    return v if any_type or isinstance(v, Number) else None  # only numbers are added up
def members(meter):
    return [e for e in EVENTS if e["service"] == meter["service"] and matches(meter.get("filter"), e)
            and (meter["aggregation"] == "count" or value(meter, e) is not None)]
def series(meter, e): return tuple(canonical(field(e, key)) for key in meter["series_by"])
def carried(meter):
    last = {series(meter, e): e for e in sorted(members(meter), key=place) if ms(e["time"]) < START}
    return [e for e in last.values() if F(value(meter, e)) != 0]

def measure(meter, start, end, accept):
    own, how = sorted(members(meter), key=place), meter["aggregation"]
    inside = [e for e in own if start <= ms(e["time"]) < end and accept(e)]
    if how == "time_weighted":
        area, unit = F(0), {"second": 1000, "hour": 3600000, "day": 86400000}[meter["per"]]
        for steps in [[e for e in own if series(meter, e) == name] for name in {series(meter, e) for e in own}]:
            for e, after in zip(steps, steps[1:] + [None]):
                held = min(end, ms(after["time"]) if after else end) - max(start, ms(e["time"]))
                if held > 0 and accept(e): area += F(value(meter, e)) * held
        return area / unit, len(inside), F(0)
    values = [F(value(meter, e)) for e in inside] if how not in ("count", "unique") else []
    if how in ("count", "unique"):
        number = len(inside) if how == "count" else len({canonical(value(meter, e)) for e in inside})
    elif not values: number = 0
    elif how[0] == "p": number = sorted(values)[-(-len(values) * int(how[1:]) // 100) - 1]
    else: number = {"sum": sum, "max": max, "min": min, "average": lambda v: sum(v) / len(v), "latest": lambda v: v[-1]}[how](values)
    return F(number), len(inside), sum((F(e["amount"]) for e in inside if "amount" in e), F(0))

def cost(terms, model, q, after, whole, amount, share, charged):
    """The exact cost of a slice that brings a line from q to after. charged: what a period costs as such counts."""
    tiers, included = terms.get("tiers", []), F(terms.get("included_quantity", "0"))
    units = lambda x: max(F(0), x - included)
    if model == "percentage": return F(terms["rate"]) * amount
    if model == "pass_through": return amount
    if model == "flat": return F(terms["flat_amount"]) * share if charged else F(0)
    rate = F(tiers[0]["unit_amount"] if tiers else terms.get("unit_amount") or terms["package_amount"])
    if model == "package": rate /= F(terms["package_size"])
    credit = rate * (min(after, F(0)) - min(q, F(0)))
    def upto(x):
        if model == "per_unit": return rate * x
        if model == "package": return -(-x // F(terms["package_size"])) * F(terms["package_amount"])
        return sum((F(t["unit_amount"]) * ((x if t["to"] is None else min(x, F(t["to"]))) - F(t["from"])) + F(t["flat_amount"])
                    for t in tiers if x > F(t["from"])), F(0))
    if model != "volume": return credit + upto(units(after)) - upto(units(q))
    tier = next((t for t in tiers if F(t["from"]) < units(whole) and (t["to"] is None or units(whole) <= F(t["to"]))), None)
    if tier is None: return credit
    return credit + F(tier["unit_amount"]) * (units(after) - units(q)) + (F(tier["flat_amount"]) * share if charged else 0)
def rounded(x, digits, mode):
    units, rest = divmod(abs(x) * 10 ** digits, 1)
    units += rest > F(1, 2) or (rest == F(1, 2) and (mode == "half_away_from_zero" or units % 2 == 1))
    text = str(units).rjust(digits + 1, "0")
    return ("-" if x < 0 and units else "") + (text if digits == 0 else f"{text[:-digits]}.{text[-digits:]}")

raw, stored = (get(f"statements/{quote(STATEMENT, safe='')}{form}") for form in ("/canonical", ""))
S, stored = read(raw), read(stored)
check("hash", stored["hash"], sha(raw).hex())
check("canonical form", raw.decode(), canonical(S))
check("statement", {**S, "hash": stored["hash"]}, stored)
START, END, customer = ms(S["from"]), ms(S["to"]), S["customer_id"]
before = [one for one in pages(f"customers/{quote(customer, safe='')}/statements", limit=1000) if one["to"] == S["from"]]
check("previous_hash", S["previous_hash"], before[0]["hash"] if before else None)

EVENTS = list(pages("events", customer_id=customer, to=S["to"], as_of=S["watermark"], order="asc", limit=1000))
METERS = {m["id"]: m for m in pages("meters", limit=1000) if int(m.get("sequence", "0")) <= int(S["watermark"])}
covered = {(e["source"], e["id"]): e for e in EVENTS if ms(e["time"]) >= START}
for meter in METERS.values():
    if meter["aggregation"] == "time_weighted": covered.update({(e["source"], e["id"]): e for e in carried(meter)})
days = {}
for e in covered.values():
    content = {k: e[k] for k in ("source", "id", "customer_id", "service", "time", "quantity", "amount", "properties") if k in e}
    days.setdefault((e["service"], e["time"][:10]), []).append(sha(canonical(content)))
entries = sorted(([s, d, sha(b"".join(sorted(h))).hex()] for (s, d), h in days.items()), key=lambda x: (x[0].encode(), x[1]))
check("digest", S["digest"], sha(canonical(entries)).hex())

digits = len(S["total"].partition(".")[2])
for line in S["lines"]:
    meter, span, floors, capped, maximum, exact = METERS[line["meter"]], END - START, [], False, F(0), F(0)
    prices = {s["price_id"]: read(get(f"prices/{quote(s['price_id'], safe='')}")) for s in line["slices"]}
    path, value_of = next(iter(prices.values())).get("dimension"), canonical(line.get("dimension"))
    accept = lambda e: "dimension" not in line or canonical(field(e, path)) == value_of
    used, whole = any(int(s["events"]) for s in line["slices"]), measure(meter, START, END, accept)[0]
    for s in line["slices"]:
        price, start, end = prices[s["price_id"]], ms(s["from"]), ms(s["to"])
        own = [r for r in price.get("rates", []) if canonical(r["value"]) == value_of] or [price.get("fallback", {})]
        terms, share, charged = {**price, **own[0]}, F(end - start, span), used or "customer_id" in price
        quantity, events, amount = measure(meter, start, end, accept)
        q = measure(meter, START, start, accept)[0] if start > START else F(0)
        part = cost(terms, price["model"], q, q + quantity, whole, amount, share, charged)
        for name, mine in (("quantity", quantity), ("events", F(events)), ("exact_amount", part)):
            check(f"{line['line']} {s['from']} {name}", F(s[name]), mine)
        exact += part
        if "minimum_amount" in terms: floors.append(F(terms["minimum_amount"]) * share if charged else F(0))
        maximum += F(terms["maximum_amount"]) * share if "maximum_amount" in terms else part
        capped = capped or "maximum_amount" in terms
    if whole >= 0 and floors: exact = max(exact, sum(floors))
    if whole >= 0 and capped: exact = min(exact, maximum)
    check(f"{line['line']} exact_amount", F(line["exact_amount"]), exact)
    check(f"{line['line']} amount", line["amount"], rounded(exact, digits, S["rounding"]))
total = sum((F(part["amount"]) for part in S["lines"] + S["adjustments"]), F(0))
check("total", S["total"], rounded(total, digits, S["rounding"]))
print(f"OK {STATEMENT}: {len(covered)} events, {len(S['lines'])} lines, total {S['total']} {S['currency']}, hash {stored['hash']}")
