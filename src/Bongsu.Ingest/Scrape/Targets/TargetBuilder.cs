using System.Globalization;
using System.Text;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Relabel;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>Makes targets of what discovery found: fills in the job's settings as labels, applies its rules, and reads the settings back. Pure.</summary>
internal static class TargetBuilder
{
    private const string AddressLabel = "__address__";
    private const string SchemeLabel = "__scheme__";
    private const string PathLabel = "__metrics_path__";
    private const string IntervalLabel = "__scrape_interval__";
    private const string TimeoutLabel = "__scrape_timeout__";
    private const string ParameterPrefix = "__param_";

    /// <summary>The targets of some groups: each once, those that rules dropped, and what is wrong with others.</summary>
    public static (List<Target> Targets, List<IReadOnlyDictionary<string, string>> Dropped, List<string> Problems) Build(ScrapeJob job, IEnumerable<TargetGroup> groups)
    {
        var targets = new Dictionary<string, Target>();
        var dropped = new List<IReadOnlyDictionary<string, string>>();
        var problems = new List<string>();
        foreach (var group in groups)
        {
            foreach (var address in group.Targets)
            {
                var discovered = Discovered(job, group, address);
                var labels = new RelabelLabels(discovered);
                if (!RelabelRule.Apply(job.RelabelRules, labels))
                    dropped.Add(discovered);
                else if (Read(job, discovered, labels, out var problem) is { } target)
                    targets.TryAdd(target.Key, target);
                else
                    problems.Add($"{group.Source}: target \"{Short(address)}\": {problem}");
            }
        }
        return ([.. targets.Values], dropped, problems);
    }

    private static SortedDictionary<string, string> Discovered(ScrapeJob job, TargetGroup group, string address)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [LabelNames.Job] = job.Name,
            [SchemeLabel] = job.Scheme,
            [PathLabel] = job.MetricsPath,
            [IntervalLabel] = ScrapeDuration.Format(job.Interval),
            [TimeoutLabel] = ScrapeDuration.Format(job.Timeout),
        };
        foreach (var (name, value) in job.Parameters)
            labels.TryAdd(ParameterPrefix + name, value);
        labels[AddressLabel] = address;
        foreach (var (name, value) in group.Labels)
            labels[name] = value;
        return labels;
    }

    private static Target? Read(ScrapeJob job, IReadOnlyDictionary<string, string> discovered, RelabelLabels labels, out string problem)
    {
        problem = "";
        if (!TryTimes(labels, out var interval, out var timeout, ref problem))
            return null;
        var address = labels.Get(AddressLabel);
        var scheme = labels.Get(SchemeLabel);
        if (address.Length == 0)
            problem = "no address";
        else if (scheme is not ("http" or "https"))
            problem = $"scheme \"{Short(scheme)}\" is neither http nor https";
        else if (address.AsSpan().IndexOfAny("/?#@\\ ") >= 0 || !Uri.TryCreate($"{scheme}://{address}", UriKind.Absolute, out var root) || root.Host.Length == 0)
            problem = $"\"{Short(address)}\" is not a valid hostname";
        else
            return new Target { Labels = Public(labels, address), Discovered = discovered, Url = Url(job, labels, root), Interval = interval, Timeout = timeout };
        return null;
    }

    private static bool TryTimes(RelabelLabels labels, out TimeSpan interval, out TimeSpan timeout, ref string problem)
    {
        timeout = default;
        if (!ScrapeDuration.TryParse(labels.Get(IntervalLabel), out interval))
            problem = $"error parsing scrape interval: \"{Short(labels.Get(IntervalLabel))}\" is not a duration";
        else if (interval <= TimeSpan.Zero)
            problem = "scrape interval cannot be 0";
        else if (!ScrapeDuration.TryParse(labels.Get(TimeoutLabel), out timeout))
            problem = $"error parsing scrape timeout: \"{Short(labels.Get(TimeoutLabel))}\" is not a duration";
        else if (timeout <= TimeSpan.Zero)
            problem = "scrape timeout cannot be 0";
        else if (timeout > interval)
            problem = $"scrape timeout cannot be greater than scrape interval (\"{labels.Get(TimeoutLabel)}\" > \"{labels.Get(IntervalLabel)}\")";
        return problem.Length == 0;
    }

    private static LabelSet Public(RelabelLabels labels, string address)
    {
        var shown = new LabelSetBuilder();
        foreach (var (name, value) in labels.All)
        {
            if (!name.StartsWith("__", StringComparison.Ordinal))
                shown.Set(name, value);
        }
        if (labels.Get(LabelNames.Instance).Length == 0)
            shown.Set(LabelNames.Instance, address);
        return shown.ToLabelSet();
    }

    private static Uri Url(ScrapeJob job, RelabelLabels labels, Uri root)
    {
        var query = new List<KeyValuePair<string, string>>();
        var overridden = new HashSet<string>();
        foreach (var (name, value) in job.Parameters)
        {
            // Rules may change the first value of a parameter; the others stay.
            var changed = overridden.Add(name) ? labels.Get(ParameterPrefix + name) : "";
            query.Add(new(name, changed.Length > 0 ? changed : value));
        }
        foreach (var (name, value) in labels.All)
        {
            if (name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && overridden.Add(name[ParameterPrefix.Length..]))
                query.Add(new(name[ParameterPrefix.Length..], value));
        }
        var path = labels.Get(PathLabel);
        var question = path.IndexOf('?', StringComparison.Ordinal);
        var text = new StringBuilder(question < 0 ? "" : path[(question + 1)..]);
        foreach (var (name, value) in query)
            text.Append(text.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        path = question < 0 ? path : path[..question];
        return new UriBuilder(root) { Path = path.StartsWith('/') ? path : "/" + path, Query = text.ToString() }.Uri;
    }

    private static string Short(string text) => text.Length <= 80 ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, 80)}…");
}
