using System.Diagnostics.Metrics;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>What makes instruments of several meter objects one metric: the framework makes one meter per factory, all of the same name.</summary>
internal sealed record InstrumentIdentity(string Meter, string? MeterVersion, string Name, string? Unit, InstrumentKind Kind, bool IsInteger, bool IsObservable)
{
    public static InstrumentIdentity? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType)
            return null;
        var definition = type.GetGenericTypeDefinition();
        InstrumentKind? kind =
            definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>) ? InstrumentKind.Counter
            : definition == typeof(UpDownCounter<>) || definition == typeof(ObservableUpDownCounter<>) ? InstrumentKind.UpDownCounter
            : definition == typeof(Gauge<>) || definition == typeof(ObservableGauge<>) ? InstrumentKind.Gauge
            : definition == typeof(Histogram<>) ? InstrumentKind.Histogram
            : null;
        var number = type.GetGenericArguments()[0];
        var isInteger = number == typeof(long) || number == typeof(int) || number == typeof(short) || number == typeof(byte);
        return kind is null
            ? null
            : new InstrumentIdentity(instrument.Meter.Name, instrument.Meter.Version, instrument.Name, instrument.Unit, kind.Value, isInteger, instrument.IsObservable);
    }
}
