using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>What was asked for on the command line.</summary>
internal sealed record SideBySideOptions
{
    public const string Usage = """
        usage: bench/metrics-side-by-side [--only NAME[,NAME]] [--scenario NAME] [--series N] [--hours H] [--quick] [--passes N]
                                          [--keep DIR] [--queries-only] [--ingest-only] [--ask LETTERS] [--set FLAG=VALUE] [--json FILE]
          --only          bongsu, prometheus, victoria-metrics
          --scenario      plain, series100k, series1m, churn, out-of-order, mixed, growth
          --series        a multiple of 500
          --keep          keep the data in DIR; with --queries-only, ask what an earlier run kept there
          --ask           which of the questions a to i, as --ask bcd
          --set           a setting of our server, as --set memory-limit=1GiB
          --quick         2,000 series over one hour, two passes
        """;

    public IReadOnlyList<string> Only { get; private set; } = MetricServer.All;
    public Scenario Scenario { get; private set; } = Scenario.All[0];
    public int? Series { get; private set; }
    public double? Hours { get; private set; }
    public int Passes { get; private set; } = 5;
    public string? Keep { get; private set; }
    public string? Json { get; private set; }
    public bool QueriesOnly { get; private set; }
    public bool IngestOnly { get; private set; }
    public string Ask { get; private set; } = "abcdefghi";
    public List<string> Settings { get; } = [];

    /// <summary>Null, after saying why, of arguments that are not understood.</summary>
    public static SideBySideOptions? Parse(string[] args)
    {
        var options = new SideBySideOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (options.TrySwitch(args[i]))
                continue;
            if (!options.TryValue(args[i], value))
            {
                Console.Error.WriteLine($"not understood: {args[i]} {value}\n{Usage}");
                return null;
            }
            i++;
        }
        return options;
    }

    public MetricDataSet DataSet(long endMs) => new()
    {
        Instances = Math.Max(1, (Series ?? Scenario.Series) / MetricDataSet.SeriesPerInstance),
        Scrapes = (int)Math.Round((Hours ?? Scenario.Hours) * 3_600_000 / MetricDataSet.ScrapeMs),
        EndMs = endMs,
        Churns = Scenario.Churns,
        IsOutOfOrder = Scenario.IsOutOfOrder,
    };

    private bool TrySwitch(string name)
    {
        switch (name)
        {
            case "--queries-only": QueriesOnly = true; return true;
            case "--ingest-only": IngestOnly = true; return true;
            case "--quick": (Series, Hours, Passes) = (2000, 1, 2); return true;
            default: return false;
        }
    }

    private bool TryValue(string name, string value)
    {
        switch (name)
        {
            case "--only": Only = [.. MetricServer.All.Where(s => value.Split(',').Contains(s))]; return Only.Count > 0;
            case "--scenario": Scenario = Scenario.All.FirstOrDefault(s => s.Name == value)!; return Scenario is not null;
            case "--series": Series = int.TryParse(value, out var series) ? series : 0; return Series >= MetricDataSet.SeriesPerInstance;
            case "--hours": Hours = double.TryParse(value, CultureInfo.InvariantCulture, out var hours) ? hours : 0; return Hours > 0;
            case "--passes": Passes = int.TryParse(value, out var passes) ? passes : 0; return Passes > 0;
            case "--keep": Keep = value; return value.Length > 0;
            case "--ask": Ask = value; return value.Length > 0;
            case "--json": Json = value; return value.Length > 0;
            case "--set": Settings.AddRange(value.Split('=', 2) is [var flag, var given] ? ["--" + flag, given] : []); return value.Contains('=');
            default: return false;
        }
    }
}
