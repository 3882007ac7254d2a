namespace Bongsu.AspNetCore.Export;

/// <summary>Nanoseconds since 1970, as OTLP counts time.</summary>
internal static class UnixTime
{
    public const ulong NanosPerTick = 100;

    public static ulong Nanos(DateTime utc) => (ulong)Math.Max(0, utc.Ticks - DateTime.UnixEpoch.Ticks) * NanosPerTick;

    public static ulong Nanos(DateTimeOffset at) => Nanos(at.UtcDateTime);
}
