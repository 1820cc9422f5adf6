import { centreX, centreY, centreZ, radius } from './cell'

/**
 * The expansion of a sink about the centre of its child. Order as in `cellsToLocal`: 34 singles.
 */
export function shiftLocal(from: usize, sink: usize, child: usize, to: usize): void {
  const r = <f64>load<f32>(sink, radius)
  const inverse: f64 = r > 0 ? 1 / r : 0
  const x = <f32>((load<f64>(child, centreX) - load<f64>(sink, centreX)) * inverse)
  const y = <f32>((load<f64>(child, centreY) - load<f64>(sink, centreY)) * inverse)
  const z = <f32>((load<f64>(child, centreZ) - load<f64>(sink, centreZ)) * inverse)
  const s = <f32>(<f64>load<f32>(child, radius) * inverse)
  const xxxx = load<f32>(from, 76)
  const xxxy = load<f32>(from, 80)
  const xxxz = load<f32>(from, 84)
  const xxyy = load<f32>(from, 88)
  const xxyz = load<f32>(from, 92)
  const xxzz = load<f32>(from, 96)
  const xyyy = load<f32>(from, 100)
  const xyyz = load<f32>(from, 104)
  const xyzz = load<f32>(from, 108)
  const xzzz = load<f32>(from, 112)
  const yyyy = load<f32>(from, 116)
  const yyyz = load<f32>(from, 120)
  const yyzz = load<f32>(from, 124)
  const yzzz = load<f32>(from, 128)
  const zzzz = load<f32>(from, 132)
  // halves: the exact value of the lower order is f + d (g + h), where h takes a half, a third of what g took
  const xxx = load<f32>(from, 36)
  const xxy = load<f32>(from, 40)
  const xxz = load<f32>(from, 44)
  const xyy = load<f32>(from, 48)
  const xyz = load<f32>(from, 52)
  const xzz = load<f32>(from, 56)
  const yyy = load<f32>(from, 60)
  const yyz = load<f32>(from, 64)
  const yzz = load<f32>(from, 68)
  const zzz = load<f32>(from, 72)
  const dxxx = xxxx * x + xxxy * y + xxxz * z
  const dxxy = xxxy * x + xxyy * y + xxyz * z
  const dxxz = xxxz * x + xxyz * y + xxzz * z
  const dxyy = xxyy * x + xyyy * y + xyyz * z
  const dxyz = xxyz * x + xyyz * y + xyzz * z
  const dxzz = xxzz * x + xyzz * y + xzzz * z
  const dyyy = xyyy * x + yyyy * y + yyyz * z
  const dyyz = xyyz * x + yyyz * y + yyzz * z
  const dyzz = xyzz * x + yyzz * y + yzzz * z
  const dzzz = xzzz * x + yzzz * y + zzzz * z
  const h: f32 = 0.5
  const cxx = contract(xxx + h * dxxx, xxy + h * dxxy, xxz + h * dxxz, x, y, z)
  const cxy = contract(xxy + h * dxxy, xyy + h * dxyy, xyz + h * dxyz, x, y, z)
  const cxz = contract(xxz + h * dxxz, xyz + h * dxyz, xzz + h * dxzz, x, y, z)
  const cyy = contract(xyy + h * dxyy, yyy + h * dyyy, yyz + h * dyyz, x, y, z)
  const cyz = contract(xyz + h * dxyz, yyz + h * dyyz, yzz + h * dyzz, x, y, z)
  const czz = contract(xzz + h * dxzz, yzz + h * dyzz, zzz + h * dzzz, x, y, z)
  const t: f32 = 1.0 / 3.0
  const exx = contract(xxx + t * dxxx, xxy + t * dxxy, xxz + t * dxxz, x, y, z)
  const exy = contract(xxy + t * dxxy, xyy + t * dxyy, xyz + t * dxyz, x, y, z)
  const exz = contract(xxz + t * dxxz, xyz + t * dxyz, xzz + t * dxzz, x, y, z)
  const eyy = contract(xyy + t * dxyy, yyy + t * dyyy, yyz + t * dyyz, x, y, z)
  const eyz = contract(xyz + t * dxyz, yyz + t * dyyz, yzz + t * dyzz, x, y, z)
  const ezz = contract(xzz + t * dxzz, yzz + t * dyzz, zzz + t * dzzz, x, y, z)
  const xx = load<f32>(from, 12)
  const yy = load<f32>(from, 16)
  const zz = load<f32>(from, 20)
  const xy = load<f32>(from, 24)
  const xz = load<f32>(from, 28)
  const yz = load<f32>(from, 32)
  store<f32>(to, load<f32>(from) + contract(xx + h * exx, xy + h * exy, xz + h * exz, x, y, z))
  store<f32>(to, load<f32>(from, 4) + contract(xy + h * exy, yy + h * eyy, yz + h * eyz, x, y, z), 4)
  store<f32>(to, load<f32>(from, 8) + contract(xz + h * exz, yz + h * eyz, zz + h * ezz, x, y, z), 8)
  store<f32>(to, s * (xx + cxx), 12)
  store<f32>(to, s * (yy + cyy), 16)
  store<f32>(to, s * (zz + czz), 20)
  store<f32>(to, s * (xy + cxy), 24)
  store<f32>(to, s * (xz + cxz), 28)
  store<f32>(to, s * (yz + cyz), 32)
  const s2 = s * s
  store<f32>(to, s2 * (xxx + dxxx), 36)
  store<f32>(to, s2 * (xxy + dxxy), 40)
  store<f32>(to, s2 * (xxz + dxxz), 44)
  store<f32>(to, s2 * (xyy + dxyy), 48)
  store<f32>(to, s2 * (xyz + dxyz), 52)
  store<f32>(to, s2 * (xzz + dxzz), 56)
  store<f32>(to, s2 * (yyy + dyyy), 60)
  store<f32>(to, s2 * (yyz + dyyz), 64)
  store<f32>(to, s2 * (yzz + dyzz), 68)
  store<f32>(to, s2 * (zzz + dzzz), 72)
  const s3 = f32x4.splat(s2 * s)
  v128.store(to, f32x4.mul(s3, v128.load(from, 76)), 76)
  v128.store(to, f32x4.mul(s3, v128.load(from, 92)), 92)
  v128.store(to, f32x4.mul(s3, v128.load(from, 108)), 108)
  // the last three, and one that nobody reads
  v128.store(to, f32x4.mul(s3, v128.load(from, 124)), 124)
}

function contract(a: f32, b: f32, c: f32, x: f32, y: f32, z: f32): f32 {
  return a * x + b * y + c * z
}

/** Adds the expansion at a point to `to` (x, y, z). */
export function localToPoint(from: usize, sink: usize, point: usize, capacity: usize, to: usize): void {
  const r = <f64>load<f32>(sink, radius)
  const inverse: f64 = r > 0 ? 1 / r : 0
  const x = <f32>((load<f64>(point) - load<f64>(sink, centreX)) * inverse)
  const y = <f32>((load<f64>(point + capacity * 8) - load<f64>(sink, centreY)) * inverse)
  const z = <f32>((load<f64>(point + capacity * 16) - load<f64>(sink, centreZ)) * inverse)
  const t: f32 = 1.0 / 3.0
  const h: f32 = 0.5
  const xxxy = load<f32>(from, 80)
  const xxxz = load<f32>(from, 84)
  const xxyy = load<f32>(from, 88)
  const xxyz = load<f32>(from, 92)
  const xxzz = load<f32>(from, 96)
  const xyyy = load<f32>(from, 100)
  const xyyz = load<f32>(from, 104)
  const xyzz = load<f32>(from, 108)
  const xzzz = load<f32>(from, 112)
  const yyyz = load<f32>(from, 120)
  const yyzz = load<f32>(from, 124)
  const yzzz = load<f32>(from, 128)
  const xxx = load<f32>(from, 36) + t * contract(load<f32>(from, 76), xxxy, xxxz, x, y, z)
  const xxy = load<f32>(from, 40) + t * contract(xxxy, xxyy, xxyz, x, y, z)
  const xxz = load<f32>(from, 44) + t * contract(xxxz, xxyz, xxzz, x, y, z)
  const xyy = load<f32>(from, 48) + t * contract(xxyy, xyyy, xyyz, x, y, z)
  const xyz = load<f32>(from, 52) + t * contract(xxyz, xyyz, xyzz, x, y, z)
  const xzz = load<f32>(from, 56) + t * contract(xxzz, xyzz, xzzz, x, y, z)
  const yyy = load<f32>(from, 60) + t * contract(xyyy, load<f32>(from, 116), yyyz, x, y, z)
  const yyz = load<f32>(from, 64) + t * contract(xyyz, yyyz, yyzz, x, y, z)
  const yzz = load<f32>(from, 68) + t * contract(xyzz, yyzz, yzzz, x, y, z)
  const zzz = load<f32>(from, 72) + t * contract(xzzz, yzzz, load<f32>(from, 132), x, y, z)
  const xx = load<f32>(from, 12) + h * contract(xxx, xxy, xxz, x, y, z)
  const yy = load<f32>(from, 16) + h * contract(xyy, yyy, yyz, x, y, z)
  const zz = load<f32>(from, 20) + h * contract(xzz, yzz, zzz, x, y, z)
  const xy = load<f32>(from, 24) + h * contract(xxy, xyy, xyz, x, y, z)
  const xz = load<f32>(from, 28) + h * contract(xxz, xyz, xzz, x, y, z)
  const yz = load<f32>(from, 32) + h * contract(xyz, yyz, yzz, x, y, z)
  store<f64>(to, load<f64>(to) + <f64>(load<f32>(from) + contract(xx, xy, xz, x, y, z)))
  store<f64>(to, load<f64>(to, 8) + <f64>(load<f32>(from, 4) + contract(xy, yy, yz, x, y, z)), 8)
  store<f64>(to, load<f64>(to, 16) + <f64>(load<f32>(from, 8) + contract(xz, yz, zz, x, y, z)), 16)
}
