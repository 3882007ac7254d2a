namespace Bongsu.Bench.SideBySide;

/// <summary>How a run differs from the plain one; the settings are what each server needs to take such data at all.</summary>
internal sealed record Scenario(string Name)
{
    public int Series { get; init; } = 10_000;
    public double Hours { get; init; } = 6;
    public bool Churns { get; init; }
    public bool IsOutOfOrder { get; init; }
    public bool QueriesMeanwhile { get; init; }

    /// <summary>Asks the same at several sizes instead of the questions of a dashboard.</summary>
    public bool AsksForGrowth { get; init; }
    public string[] BongsuSettings { get; init; } = [];
    public string[] VictoriaMetricsSettings { get; init; } = [];
    public string PrometheusConfig { get; init; } = "";

    public static readonly IReadOnlyList<Scenario> All =
    [
        new("plain"),
        new("series100k") { Series = 100_000, Hours = 0.5 },
        new("series1m")
        {
            Series = 1_000_000,
            Hours = 0.05,
            BongsuSettings = ["--max-series", "2000000", "--memory-limit", "8GiB"],
            VictoriaMetricsSettings = ["-search.maxUniqueTimeseries=2000000"],
        },
        new("churn") { Churns = true },
        new("out-of-order") { IsOutOfOrder = true, PrometheusConfig = "storage:\n  tsdb:\n    out_of_order_time_window: 30m\n" },
        new("mixed") { QueriesMeanwhile = true },
        new("growth") { Series = 150_000, Hours = 0.5, AsksForGrowth = true },
    ];
}
