import { multipole } from './cell'

/** The moments of four source cells, a vector each; in the order of `multipole`. */
let moments: usize = 0

export const momentBytes: usize = 20 * 16

export function useMoments(at: usize): void {
  moments = at
}

/** Turns four rows of moments into columns. */
function gatherMoments(c0: usize, c1: usize, c2: usize, c3: usize): void {
  for (let k: usize = 0; k < 80; k += 16) {
    const r0 = v128.load(c0 + k, multipole)
    const r1 = v128.load(c1 + k, multipole)
    const r2 = v128.load(c2 + k, multipole)
    const r3 = v128.load(c3 + k, multipole)
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    const column = moments + (k << 2)
    v128.store(column, v128.shuffle<f64>(low01, low23, 0, 2))
    v128.store(column, v128.shuffle<f64>(low01, low23, 1, 3), 16)
    v128.store(column, v128.shuffle<f64>(high01, high23, 0, 2), 32)
    v128.store(column, v128.shuffle<f64>(high01, high23, 1, 3), 48)
  }
}

/**
 * Adds the fields of four source cells to the local expansion of a sink, lane by lane. Separations e = sink - source;
 * u = e t and t = 1 / sqrt(e^2 + epsilon^2) keep all factors near 1.
 *
 * The local expansion is 34 vectors, scaled by powers of the sink's radius: acceleration (3), its gradient (6: xx, yy,
 * zz, xy, xz, yz), second (10: xxx, xxy, xxz, xyy, xyz, xzz, yyy, yyz, yzz, zzz) and third derivatives (15).
 */
export function cellsToLocal(
  local: usize,
  sinkRadius: f32,
  ex: v128,
  ey: v128,
  ez: v128,
  softeningSquared: v128,
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
): void {
  gatherMoments(c0, c1, c2, c3)
  const weight = v128.load(moments, 0)
  const sxx = v128.load(moments, 16)
  const syy = v128.load(moments, 32)
  const szz = v128.load(moments, 48)
  const sxy = v128.load(moments, 64)
  const sxz = v128.load(moments, 80)
  const syz = v128.load(moments, 96)
  const sourceRadius = v128.load(moments, 112)
  const oxxx = v128.load(moments, 128)
  const oxxy = v128.load(moments, 144)
  const oxxz = v128.load(moments, 160)
  const oxyy = v128.load(moments, 176)
  const oxyz = v128.load(moments, 192)
  const oxzz = v128.load(moments, 208)
  const oyyy = v128.load(moments, 224)
  const oyyz = v128.load(moments, 240)
  const oyzz = v128.load(moments, 256)
  const ozzz = v128.load(moments, 272)
  const square = f32x4.add(
    f32x4.add(f32x4.mul(ex, ex), f32x4.mul(ey, ey)),
    f32x4.add(f32x4.mul(ez, ez), softeningSquared),
  )
  const t = f32x4.div(f32x4.splat(1), f32x4.sqrt(square))
  const x = f32x4.mul(ex, t)
  const y = f32x4.mul(ey, t)
  const z = f32x4.mul(ez, t)
  const a = f32x4.mul(f32x4.splat(sinkRadius), t)
  const b = f32x4.mul(sourceRadius, t)
  // each derivative of the field has one more t; the source's expansion brings b^k, the sink's a^n
  const t2 = f32x4.mul(t, t)
  const b2 = f32x4.mul(b, b)
  const w0 = f32x4.mul(weight, t2)
  const w2 = f32x4.mul(t2, b2)

  const xx = f32x4.mul(x, x)
  const xy = f32x4.mul(x, y)
  const xz = f32x4.mul(x, z)
  const yy = f32x4.mul(y, y)
  const yz = f32x4.mul(y, z)
  const zz = f32x4.mul(z, z)

  const f3 = f32x4.splat(3)

  // second moment contracted: q = S u, s = u S u, trace
  const qx = f32x4.add(f32x4.add(f32x4.mul(sxx, x), f32x4.mul(sxy, y)), f32x4.mul(sxz, z))
  const qy = f32x4.add(f32x4.add(f32x4.mul(sxy, x), f32x4.mul(syy, y)), f32x4.mul(syz, z))
  const qz = f32x4.add(f32x4.add(f32x4.mul(sxz, x), f32x4.mul(syz, y)), f32x4.mul(szz, z))
  const s = f32x4.add(f32x4.add(f32x4.mul(qx, x), f32x4.mul(qy, y)), f32x4.mul(qz, z))
  const trace = f32x4.add(f32x4.add(sxx, syy), szz)

  // third moment contracted: v = S u u, c = S u u u, p = its trace, pu = p u
  const two = f32x4.splat(2)
  const xy2 = f32x4.mul(two, xy)
  const xz2 = f32x4.mul(two, xz)
  const yz2 = f32x4.mul(two, yz)
  const vx = sum6(oxxx, oxxy, oxxz, oxyy, oxyz, oxzz, xx, xy2, xz2, yy, yz2, zz)
  const vy = sum6(oxxy, oxyy, oxyz, oyyy, oyyz, oyzz, xx, xy2, xz2, yy, yz2, zz)
  const vz = sum6(oxxz, oxyz, oxzz, oyyz, oyzz, ozzz, xx, xy2, xz2, yy, yz2, zz)
  const c = f32x4.add(f32x4.add(f32x4.mul(vx, x), f32x4.mul(vy, y)), f32x4.mul(vz, z))
  const px = f32x4.add(f32x4.add(oxxx, oxyy), oxzz)
  const py = f32x4.add(f32x4.add(oxxy, oyyy), oyzz)
  const pz = f32x4.add(f32x4.add(oxxz, oyyz), ozzz)
  const pu = f32x4.add(f32x4.add(f32x4.mul(px, x), f32x4.mul(py, y)), f32x4.mul(pz, z))

  // G1 = -t2 W u + t2 b2 / 2 (3 tr u + 6 q - 15 s u) - t2 b3 / 6 (105 c u - 45 v - 45 pu u + 9 p)
  const w3 = f32x4.mul(f32x4.mul(w2, b), f32x4.splat(1.5))
  const alongU = f32x4.sub(
    f32x4.sub(
      f32x4.mul(w2, f32x4.sub(f32x4.mul(f32x4.splat(1.5), trace), f32x4.mul(f32x4.splat(7.5), s))),
      w0,
    ),
    f32x4.mul(w3, f32x4.sub(f32x4.mul(f32x4.splat(35 / 3), c), f32x4.mul(f32x4.splat(5), pu))),
  )
  const w2x3 = f32x4.mul(w2, f3)
  const w3x5 = f32x4.mul(w3, f32x4.splat(5))
  add(local, 0, gradient(alongU, x, w2x3, qx, w3x5, vx, w3, px))
  add(local, 16, gradient(alongU, y, w2x3, qy, w3x5, vy, w3, py))
  add(local, 32, gradient(alongU, z, w2x3, qz, w3x5, vz, w3, pz))

  // G2 = a [t2 W (3 u u - 1) + t2 b2 / 2 (105 s u u - 15 (s + tr u u + 2 (u q + q u) + S) + 3 (tr + 2 S))]
  const wa0 = f32x4.mul(w0, a)
  const wa2 = f32x4.mul(w2, a)
  const uu = f32x4.add(
    f32x4.mul(f3, wa0),
    f32x4.mul(wa2, f32x4.sub(f32x4.mul(f32x4.splat(52.5), s), f32x4.mul(f32x4.splat(7.5), trace))),
  )
  const diagonal = f32x4.sub(
    f32x4.mul(wa2, f32x4.sub(f32x4.mul(f32x4.splat(1.5), trace), f32x4.mul(f32x4.splat(7.5), s))),
    wa0,
  )
  const uq = f32x4.mul(wa2, f32x4.splat(-15))
  const ss = f32x4.mul(wa2, f3)
  add(local, 48, hessian(uu, xx, uq, f32x4.mul(two, f32x4.mul(x, qx)), ss, sxx, diagonal))
  add(local, 64, hessian(uu, yy, uq, f32x4.mul(two, f32x4.mul(y, qy)), ss, syy, diagonal))
  add(local, 80, hessian(uu, zz, uq, f32x4.mul(two, f32x4.mul(z, qz)), ss, szz, diagonal))
  add(local, 96, mixed(uu, xy, uq, f32x4.add(f32x4.mul(x, qy), f32x4.mul(y, qx)), ss, sxy))
  add(local, 112, mixed(uu, xz, uq, f32x4.add(f32x4.mul(x, qz), f32x4.mul(z, qx)), ss, sxz))
  add(local, 128, mixed(uu, yz, uq, f32x4.add(f32x4.mul(y, qz), f32x4.mul(z, qy)), ss, syz))
  addHigher(local, x, y, z, f32x4.mul(wa0, a), a)
}

/** The second and third derivatives, of the weights alone: `wa` is a^2 t^2 W. */
function addHigher(local: usize, x: v128, y: v128, z: v128, wa: v128, a: v128): void {
  const f3 = f32x4.splat(3)
  const f15 = f32x4.splat(15)
  const xx = f32x4.mul(x, x)
  const xy = f32x4.mul(x, y)
  const xz = f32x4.mul(x, z)
  const yy = f32x4.mul(y, y)
  const yz = f32x4.mul(y, z)
  const zz = f32x4.mul(z, z)

  // G3 = a2 t2 W (-15 u u u + 3 (1 u + ...))
  const k3 = f32x4.mul(wa, f3)
  const k15 = f32x4.mul(wa, f15)
  const kxx = f32x4.sub(k3, f32x4.mul(k15, xx))
  const kyy = f32x4.sub(k3, f32x4.mul(k15, yy))
  const kzz = f32x4.sub(k3, f32x4.mul(k15, zz))
  const k6 = f32x4.add(k3, k3)
  add(local, 144, f32x4.mul(x, f32x4.add(kxx, k6)))
  add(local, 160, f32x4.mul(y, kxx))
  add(local, 176, f32x4.mul(z, kxx))
  add(local, 192, f32x4.mul(x, kyy))
  add(local, 208, f32x4.mul(f32x4.neg(k15), f32x4.mul(xy, z)))
  add(local, 224, f32x4.mul(x, kzz))
  add(local, 240, f32x4.mul(y, f32x4.add(kyy, k6)))
  add(local, 256, f32x4.mul(z, kyy))
  add(local, 272, f32x4.mul(y, kzz))
  add(local, 288, f32x4.mul(z, f32x4.add(kzz, k6)))

  // G4 = a3 t2 W (105 u u u u - 15 (1 u u + ...) + 3 (1 1 + ...))
  const m3 = f32x4.mul(k3, a)
  const m15 = f32x4.mul(k15, a)
  const m105 = f32x4.mul(f32x4.splat(7), m15)
  const m9 = f32x4.mul(m3, f3)
  const m45 = f32x4.mul(m15, f3)
  const m90 = f32x4.add(m45, m45)
  const gxx = f32x4.mul(m105, xx)
  const gyy = f32x4.mul(m105, yy)
  const gzz = f32x4.mul(m105, zz)
  // xxxx: 105 x^4 - 90 x^2 + 9; xxxy: xy (105 x^2 - 45); xxyy: 105 x^2 y^2 - 15 (x^2 + y^2) + 3; xxyz: yz (105 x^2 - 15)
  const hxx = f32x4.sub(gxx, m45)
  const hyy = f32x4.sub(gyy, m45)
  const hzz = f32x4.sub(gzz, m45)
  const lxx = f32x4.sub(gxx, m15)
  const lyy = f32x4.sub(gyy, m15)
  const lzz = f32x4.sub(gzz, m15)
  add(local, 304, f32x4.add(f32x4.mul(xx, f32x4.sub(gxx, m90)), m9))
  add(local, 320, f32x4.mul(xy, hxx))
  add(local, 336, f32x4.mul(xz, hxx))
  add(local, 352, f32x4.sub(f32x4.add(f32x4.mul(yy, lxx), m3), f32x4.mul(m15, xx)))
  add(local, 368, f32x4.mul(yz, lxx))
  add(local, 384, f32x4.sub(f32x4.add(f32x4.mul(zz, lxx), m3), f32x4.mul(m15, xx)))
  add(local, 400, f32x4.mul(xy, hyy))
  add(local, 416, f32x4.mul(xz, lyy))
  add(local, 432, f32x4.mul(xy, lzz))
  add(local, 448, f32x4.mul(xz, hzz))
  add(local, 464, f32x4.add(f32x4.mul(yy, f32x4.sub(gyy, m90)), m9))
  add(local, 480, f32x4.mul(yz, hyy))
  add(local, 496, f32x4.sub(f32x4.add(f32x4.mul(zz, lyy), m3), f32x4.mul(m15, yy)))
  add(local, 512, f32x4.mul(yz, hzz))
  add(local, 528, f32x4.add(f32x4.mul(zz, f32x4.sub(gzz, m90)), m9))
}

function add(local: usize, offset: usize, value: v128): void {
  v128.store(local + offset, f32x4.add(v128.load(local + offset), value))
}

function sum6(
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  e: v128,
  f: v128,
  xx: v128,
  xy: v128,
  xz: v128,
  yy: v128,
  yz: v128,
  zz: v128,
): v128 {
  return f32x4.add(
    f32x4.add(f32x4.add(f32x4.mul(a, xx), f32x4.mul(b, xy)), f32x4.add(f32x4.mul(c, xz), f32x4.mul(d, yy))),
    f32x4.add(f32x4.mul(e, yz), f32x4.mul(f, zz)),
  )
}

function gradient(alongU: v128, u: v128, w2x3: v128, q: v128, w3x5: v128, v: v128, w3: v128, p: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(alongU, u), f32x4.mul(w2x3, q)),
    f32x4.sub(f32x4.mul(w3x5, v), f32x4.mul(w3, p)),
  )
}

function mixed(uu: v128, product: v128, uq: v128, cross: v128, ss: v128, moment: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(uu, product), f32x4.mul(uq, cross)), f32x4.mul(ss, moment))
}

function hessian(
  uu: v128,
  product: v128,
  uq: v128,
  cross: v128,
  ss: v128,
  moment: v128,
  diagonal: v128,
): v128 {
  return f32x4.add(mixed(uu, product, uq, cross, ss, moment), diagonal)
}
