export type Vector = [x: number, y: number, z: number]

const earthRadiusKm = 6371

/** On the unit sphere: x towards 0° N 0° E, z towards the north pole. */
export const directionOf = (longitudeDegrees: number, latitudeDegrees: number): Vector => {
  const longitude = (longitudeDegrees * Math.PI) / 180
  const latitude = (latitudeDegrees * Math.PI) / 180
  return [
    Math.cos(latitude) * Math.cos(longitude),
    Math.cos(latitude) * Math.sin(longitude),
    Math.sin(latitude),
  ]
}

/** Where on the sphere the sum of directions points; the first direction where it points nowhere. */
export const meanDirection = (directions: Vector[]): Vector => {
  const sum: Vector = [0, 0, 0]
  for (const [x, y, z] of directions) {
    sum[0] += x
    sum[1] += y
    sum[2] += z
  }
  const length = Math.hypot(...sum)
  return length < 1e-9 ? directions[0]! : [sum[0] / length, sum[1] / length, sum[2] / length]
}

/** In km, to the millimetre, which is finer than the data and makes shorter requests. */
export const positionAt = (direction: Vector): Vector =>
  direction.map((part) => Math.round(part * earthRadiusKm * 1e6) / 1e6 + 0) as Vector
