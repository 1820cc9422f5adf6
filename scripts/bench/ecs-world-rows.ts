/** Of a number. */
const id = (n: string): string => `'e' || lpad((${n})::text, 7, '0')`
const draw = (nth: number, n: number | string, number = 'i'): string =>
  `pg_temp.draw(${number}, ${nth}, ${n})`
/** Uniform in [0, 1). */
const unit = (nth: number, number = 'i'): string => `(${draw(nth, 1_000_000, number)} / 1e6)`
const oneOf = (words: string, nth: number): string => {
  const list = words.split(' ')
  return `(ARRAY[${list.map((word) => `'${word}'`).join(',')}])[1 + ${draw(nth, list.length)}]`
}

const given =
  'Ada Aldor Belwyn Bran Corin Cyra Dara Doran Edric Elowen Fenna Finn Gerda Gorm Hale Hild Ilsa Ivor Jora Kael Lena Loric Mara Merek Nadia Nils Orin Oswin Petra Quill Rana Rurik Sela Stig Tamsin Torv Ulla Vala Wren Ysolt'
const family =
  'Ashdown Barrow Blackwood Briar Copper Drake Eastmere Fairwind Fell Fletcher Garrow Greycloak Harrow Hawthorn Holloway Ironwood Kestrel Larkin Lockhart Marsh Moor Nightingale Oakley Pike Quarry Ravenscar Redfern Sable Stone Thorne Underhill Vane Wainwright Westbrook Whitlock Winter Wolfe Yarrow'
const classes = 20

export const places = (entities: number): number => Math.max(10, Math.round(entities / 200))

const componentsText = (type: string, data: string, number = 'NULL::float8', text = 'NULL::text'): string => `
  SELECT '${type}' AS component_type, ${data} AS data, ${number} AS hot_number, ${text} AS hot_text`

const shared = `world_id, tenant_id`

/** What is made, in this order, of the world $1 of the tenant $2. */
export const texts = (entities: number): [string, string][] => [
  [
    'entities',
    `INSERT INTO entities (${shared}, entity_id, name, class_type, archetype, tags, flux_position, x, y, z, activity,
       position_seq, from_seq, created_at, updated_at)
     SELECT $1, $2, ${id('i')}, ${oneOf(given, 1)} || ' ' || ${oneOf(family, 2)} || ' ' || i, 'Class' || ${draw(3, classes)},
       'Health+Inventory+Location+Parameters+Status',
       ARRAY['tag' || ${draw(4, 500)}] || CASE WHEN ${draw(5, 10)} = 0 THEN ARRAY['common'] ELSE '{}' END,
       CASE WHEN q = 0 THEN 9 ELSE 1 + (q - 1) % 9 END, x, y, z,
       CASE WHEN ${draw(6, 100)} = 0 THEN 1 + ${draw(7, 8)} / 8.0 ELSE 0 END, i, i, now(), now()
     FROM generate_series(1, ${entities}) AS i, LATERAL (
       SELECT ${unit(8)} * 1e4 AS x, ${unit(9)} * 1e4 AS y, ${unit(10)} * 1e4 AS z OFFSET 0) p,
       LATERAL (SELECT (floor(x + 0.5) + floor(y + 0.5) + floor(z + 0.5))::int8 AS q) s`,
  ],
  [
    'components',
    `INSERT INTO components (${shared}, entity_id, component_type, data, from_seq, hot_number, hot_text)
     SELECT $1, $2, ${id('i')}, c.component_type, c.data, i, c.hot_number, c.hot_text
     FROM generate_series(1, ${entities}) AS i,
       LATERAL (SELECT ${draw(11, 101)} AS current, ${draw(12, 1_000)} AS gold, ${oneOf('alive alive alive alive alive alive dead lost', 13)} AS state,
         ${draw(14, places(entities))} AS place OFFSET 0) v,
       LATERAL (${[
         componentsText(
           'Health',
           `jsonb_build_object('current', v.current, 'max', 100)`,
           'v.current::float8',
         ),
         componentsText(
           'Inventory',
           `jsonb_build_object('items', jsonb_build_array(
              jsonb_build_object('name', 'thing ' || ${draw(15, 4_096)}, 'quantity', 1 + ${draw(16, 3)}),
              jsonb_build_object('name', 'tool ' || ${draw(17, 64)}, 'quantity', 1)), 'gold', v.gold)`,
           'v.gold::float8',
         ),
         componentsText(
           'Location',
           `jsonb_build_object('place', 'Place ' || v.place, 'placeId', 'place-' || v.place)`,
           undefined,
           `'place-' || v.place`,
         ),
         componentsText(
           'Parameters',
           `jsonb_build_object('mass', 1 + i % 7, 'rank', i, 'note', 'note ' || ${draw(18, 10_000)})`,
         ),
         componentsText('Status', `jsonb_build_object('state', v.state)`, undefined, 'v.state'),
       ].join(' UNION ALL ')}) c`,
  ],
  [
    'relationships',
    // of the targets rank r comes up as often as 1 / sqrt(r); ranks lie scattered over the ids
    `INSERT INTO relationships (${shared}, source_id, target_id, type, strength, label, data, from_seq)
     SELECT $1, $2, source_id, target_id, type, strength, NULL, '{}', ${entities} + row_number() OVER (ORDER BY source_id, target_id, type)
     FROM (
       SELECT DISTINCT ON (source_id, target_id, type) * FROM (
         SELECT ${id(`1 + ${draw(20, entities)}`)} AS source_id,
           ${id(`1 + (floor(${unit(21)} * ${unit(21)} * ${entities})::int8 * 7919) % ${entities}`)} AS target_id,
           CASE WHEN ${draw(22, 4)} = 0 THEN 'knows' ELSE 'trusts' END AS type, ${unit(23)} AS strength
         FROM generate_series(1, ${entities}) AS i
         UNION ALL
         SELECT ${id(`1 + ${draw(24, entities)}`)}, ${id(String(Math.ceil(entities / 2)))}, 'trusts', ${unit(25)}
         FROM generate_series(1, 300) AS i
         UNION ALL
         SELECT ${id(`1 + ${draw(26, entities)}`)}, ${id(String(Math.ceil(entities / 3)))}, 'trusts', ${unit(27)}
         FROM generate_series(1, ${Math.round(entities / 50)}) AS i
         UNION ALL
         SELECT ${id('i / 10 + 1')}, ${id('i')}, 'hierarchy', 1 FROM generate_series(2, ${Math.round(entities / 2)}) AS i
       ) r
       WHERE source_id <> target_id
       ORDER BY source_id, target_id, type, strength
     ) r`,
  ],
  [
    'bodies',
    `INSERT INTO entity_physics_state (${shared}, entity_id, x, y, z, mass, activity, jitter, anchored)
     SELECT e.world_id, e.tenant_id, e.entity_id, e.x, e.y, e.z, (c.data ->> 'mass')::float8, e.activity, 0, false
     FROM entities e JOIN components c
       ON c.world_id = e.world_id AND c.entity_id = e.entity_id AND c.component_type = 'Parameters'
     WHERE e.world_id = $1 AND e.tenant_id = $2`,
  ],
]
