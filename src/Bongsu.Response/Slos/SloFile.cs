using System.Globalization;
using System.Text;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Slos;

/// <summary>Reads <c>slos/*.yaml</c>.</summary>
internal static class SloFile
{
    public const int MaxSlos = 1000;

    public static List<SloSpec> Parse(string file, string text, List<ConfigProblem> problems)
    {
        var slos = new List<SloSpec>();
        if (YamlText.Read(file, text, problems) is not { } root)
            return slos;
        foreach (var map in root.Maps("slos", required: true).Take(MaxSlos))
        {
            if (Slo(map) is not { } slo)
                continue;
            if (slos.Any(s => s.Id == slo.Id))
                map.Report("name", $"{slo.Id} is defined twice", "give each objective of a service its own name");
            slos.Add(slo);
        }
        root.End();
        return slos;
    }

    /// <summary>Objectives of other files with the same id are problems of the later file.</summary>
    public static void CheckUnique(IEnumerable<SloSpec> slos, List<ConfigProblem> problems)
    {
        foreach (var same in slos.GroupBy(s => s.Id).Where(g => g.Select(s => s.File).Distinct().Count() > 1))
        {
            var first = same.First();
            foreach (var later in same.Where(s => s.File != first.File))
                problems.Add(new ConfigProblem(later.File, later.Line, "slos", $"{later.Id} is defined in {first.File}:{first.Line} already", "rename or remove one"));
        }
    }

    private static SloSpec? Slo(YamlMap map)
    {
        var service = map.Text("service", required: true);
        var name = map.Text("name", required: true);
        var objective = Objective(map);
        var window = map.Duration("window") ?? TimeSpan.FromDays(28);
        if (window < TimeSpan.FromHours(1) || window > TimeSpan.FromDays(366))
            map.Report("window", $"{DurationText.Format(window)} is out of range", "use 1h to 366d; 28d has as many weekends in every window");
        var sli = map.Map("sli", required: true) is { } sliMap ? SliOf(sliMap) : null;
        var description = map.Text("description", "");
        var owner = map.Text("owner");
        var runbook = map.Text("runbook");
        var dashboard = map.Text("dashboard");
        var onNoData = map.OneOf("on_no_data", "freeze", "bad", "ignore");
        var alert = map.Map("alert");
        var profile = alert?.OneOf("profile", BurnProfile.WorkbookName, BurnProfile.DemoName) ?? BurnProfile.WorkbookName;
        var guard = alert?.OneOf("guard", "poisson", "none") ?? "poisson";
        var minEvents = MinEvents(alert);
        alert?.End();
        map.End();
        if (service is null || name is null || objective is null || sli is null)
            return null;
        return new SloSpec
        {
            Id = $"{Slug(service)}.{Slug(name)}",
            Service = service,
            Name = name,
            Objective = objective.Value,
            Window = window,
            Sli = sli,
            Description = description,
            Owner = owner,
            Runbook = runbook,
            Dashboard = dashboard,
            Profile = profile,
            PoissonGuard = guard == "poisson",
            MinEvents = minEvents,
            OnNoData = Enum.Parse<OnNoData>(onNoData, ignoreCase: true),
            File = map.File,
            Line = map.Line,
        };
    }

    private static double? Objective(YamlMap map)
    {
        var percent = map.Number("objective", required: true);
        if (percent is null)
            return null;
        if (percent is > 0 and <= 1)
            map.Report("objective", $"{Text(percent.Value)} percent would allow almost everything to fail", $"give percent: did you mean {Text(percent.Value * 100)}?");
        else if (percent is <= 0 or >= 100)
            map.Report("objective", $"{Text(percent.Value)} is not between 0 and 100", "give percent, such as 99.9; 100 leaves no budget to alert on");
        else
            return (double)((decimal)percent.Value / 100); // decimal: 99.9 percent is 0.999, not 0.9990000000000001
        return null;
    }

    private static int MinEvents(YamlMap? alert)
    {
        var minEvents = alert?.Number("min_events") ?? 0;
        if (minEvents is >= 0 and <= 1_000_000_000 && minEvents == Math.Floor(minEvents))
            return (int)minEvents;
        alert!.Report("min_events", $"{Text(minEvents)} is not a count", "write a whole number, 0 for none");
        return 0;
    }

    private static Sli? SliOf(YamlMap map)
    {
        string[] kinds = [.. new[] { "availability", "latency", "total" }.Where(map.Has)];
        if (kinds.Length > 1)
        {
            map.Report(kinds[1], $"{kinds[0]} and {kinds[1]} in one indicator", "write two objectives");
            return null;
        }
        Sli? sli = kinds switch
        {
            ["availability"] => Availability(map),
            ["latency"] => Latency(map),
            _ => Events(map),
        };
        // Asked so that a mistyped kind gets them as a hint.
        if (sli is not null || kinds.Length == 0)
        {
            foreach (var kind in new[] { "availability", "latency" })
                map.Map(kind);
        }
        map.End();
        return sli;
    }

    private static Sli Availability(YamlMap map)
    {
        map.Map("availability")?.End();
        return new Sli.Availability();
    }

    private static Sli? Latency(YamlMap map)
    {
        if (map.Map("latency") is not { } latency)
            return null;
        var threshold = latency.Duration("threshold", required: true);
        latency.End();
        if (threshold is { } given && (given <= TimeSpan.Zero || given > TimeSpan.FromHours(1)))
            latency.Report("threshold", $"{DurationText.Format(given)} is out of range", "use 1ms to 1h");
        return threshold is null ? null : new Sli.Latency(threshold.Value);
    }

    private static Sli? Events(YamlMap map)
    {
        var good = map.Text("good");
        var bad = map.Text("bad");
        var total = map.Text("total");
        if (total is null && good is null && bad is null)
            map.Report("", "has no kind", "write availability: {}, latency: {threshold: 300ms}, or total: with good: or bad:");
        else if (total is null)
            map.Report("total", "is missing", "add the counter of all events");
        else if ((good is null) == (bad is null))
            map.Report(good is null ? "total" : "bad", good is null ? "needs good: or bad: beside it" : "good: and bad: together", "give exactly one of good: and bad:");
        else
            return new Sli.Events(Counter(map, "good", good), Counter(map, "bad", bad), Counter(map, "total", total)!);
        return null;
    }

    /// <summary>The counter as written, after reporting why it is neither a counter selector nor an expression over <c>$window</c>.</summary>
    private static string? Counter(YamlMap map, string key, string? text)
    {
        if (text is null)
            return null;
        if (SliSource.HasWindow(text))
        {
            var (expression, error) = PromQlParser.Parse(SliSource.Fill(text, 300_000));
            if (error is not null)
                map.Report(key, $"is no PromQL (with 5m for {SliSource.WindowVariable}): {error}", "correct the expression");
            else if (expression!.Type is not (PromType.InstantVector or PromType.Scalar))
                map.Report(key, $"gives {PromTypeText.Of(expression.Type)}, not a number of events", $"write it as sum(increase(errors_total[{SliSource.WindowVariable}]))");
        }
        else if (PromQlParser.ParseSelector(text).Error is { } broken)
        {
            var reason = PromQlParser.Parse(text).Error is null ? "" : $": {broken}";
            map.Report(key, $"\"{YamlMap.Short(text)}\" is not a counter selector{reason}",
                $"name the counter alone, as in http_requests_total{{code=~\"5..\"}}, and it is summed over each window; or put {SliSource.WindowVariable} where the range stands, as in sum(increase(errors_total[{SliSource.WindowVariable}]))");
        }
        return text;
    }

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var rune in text.ToLowerInvariant())
            slug.Append(char.IsAsciiLetterOrDigit(rune) || rune is '_' ? rune : '-');
        return slug.ToString().Trim('-');
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
