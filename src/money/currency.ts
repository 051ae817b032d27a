/**
 * ISO 4217: which currencies there are and how many minor digits each has.
 * Not for exchange rates, symbols or display.
 */

/** Active codes of ISO 4217 list one (funds and metals left out), by their number of minor digits. */
const codesByDigits: ReadonlyMap<number, string> = new Map([
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
     CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
     IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
     NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
     STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]);

const digitsByCode: ReadonlyMap<string, number> = new Map(
  [...codesByDigits].flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, digits] as const)),
);

export function isCurrency(code: string): boolean {
  return digitsByCode.has(code);
}

/** Digits after the point of the currency's minor unit: USD 2, JPY 0, KWD 3. The code must be known. */
export function minorDigits(code: string): number {
  const digits = digitsByCode.get(code);
  if (digits === undefined) throw new TypeError(`not an ISO 4217 currency: ${code}`);
  return digits;
}
