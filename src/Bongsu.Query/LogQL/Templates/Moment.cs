namespace Bongsu.Query.LogQL.Templates;

/// <summary>A moment to the nanosecond: whole seconds with their time zone, and ns since.</summary>
internal readonly record struct Moment(DateTimeOffset Second, int Nanos)
{
    public static readonly Moment Zero = new(DateTimeOffset.MinValue, 0);

    public static Moment OfUnixNanos(long nanos)
    {
        var seconds = Math.DivRem(nanos, 1_000_000_000, out var rest);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        return new Moment(DateTimeOffset.FromUnixTimeSeconds(seconds), (int)rest);
    }

    public static Moment Of(DateTimeOffset time)
    {
        var ticks = time.Ticks % TimeSpan.TicksPerSecond;
        return new Moment(time.AddTicks(-ticks), (int)ticks * 100);
    }

    public long UnixSeconds => Second.ToUnixTimeSeconds();

    public Int128 UnixNanos => (Int128)UnixSeconds * 1_000_000_000 + Nanos;

    public override string ToString() => GoTime.Format(this, "2006-01-02 15:04:05.999999999 -0700 MST");
}
