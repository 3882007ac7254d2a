using System.Globalization;

namespace Bongsu.Server.Commands.Traces;

/// <summary>Durations in three digits or so with their unit, at most seven characters. Pure.</summary>
internal static class DurationText
{
    public static string Of(long nanos) => nanos switch
    {
        0 => "0",
        < 1_000 => $"{nanos}ns",
        < 1_000_000 => Short(nanos / 1e3) + "us",
        < 1_000_000_000 => Short(nanos / 1e6) + "ms",
        < 120_000_000_000 => Short(nanos / 1e9) + "s",
        < 7_200_000_000_000 => $"{nanos / 60_000_000_000}m{nanos / 1_000_000_000 % 60:00}s",
        _ => $"{nanos / 3_600_000_000_000}h{nanos / 60_000_000_000 % 60:00}m",
    };

    private static string Short(double value) => value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
