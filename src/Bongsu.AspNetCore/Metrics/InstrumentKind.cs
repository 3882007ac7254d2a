namespace Bongsu.AspNetCore.Metrics;

internal enum InstrumentKind
{
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}
