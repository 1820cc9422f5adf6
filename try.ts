import { parseQuery } from '/tmp/h-query/layers/world/query/parse.ts'
import { printQuery } from '/tmp/h-query/layers/world/query/print.ts'
for (const t of [
 'Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "hero"',
 '', 'count', 'Health group by Status.state count limit 5', 'Inventory.items contains {"name":"sword"} select id, Health sort by Health.current desc, name limit 3',
 'Position.x<-5 and <-"is fond of"{1,3} of (name ~ "a") and under{2} "x" and depth <= 2 and in box(0,0,0,1,1,1) and in sphere(1,2,3,4) and near "q" within 3',
 'Health.current in (1, "a", null) or x.y = 1', 'Health.current', 'name ~ 5', 'Health and', 'in box(1,2,3)', 'Health.a[1.5] = 3', '"', "name = 'x'", 'Health @', 'activity = "x"', 'and', 'name < 3 or\n  Health.x <> 4', 'limit 5000', 'Health.current between 1 and "b"', '('.repeat(48)+'Health'+')'.repeat(48), '!'.repeat(23)+'Health', '('.repeat(16000), 'Health.x = 1e999', '->trusts{0,9} of "x"', 'depth = 2.5', 'limit 1 limit 2', 'Count.x = 1 and Health.count = 2','in sphere(1,2,3,4,5)']) {
  try { const q = parseQuery(t); console.log(JSON.stringify(q), '|', printQuery(q)) } catch (e) { console.log(t.slice(0,60), '=>', e.code ? e.message : e) }
}
for (const j of [{where:{op:'or',of:[{op:'has',component:'Health'},{op:'=',path:'Health.x'}]}}, {where:{op:'foo'}}, {wher:1}, 5, null, {where:{op:'->',target:{where:{op:'tag'}}}}, {where:{op:'not',of:{op:'not',of:{op:'in',path:'a b',values:[]}}}}]) {
  try { console.log(JSON.stringify(parseQuery(j))) } catch (e) { console.log(JSON.stringify(j), '=>', e.code ? [e.message, e.field] : e) }
}
