namespace Bongsu.AspNetCore.Options;

/// <summary>Finds everything wrong with the options at once, each with the name to fix. Never repeats a value that may be secret.</summary>
internal static class OptionsValidation
{
    // Why: allow-listing one of these is always a mistake; their values are credentials.
    private static readonly string[] SecretHeaders =
        ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token", "x-csrf-token", "x-amz-security-token"];

    public static void FindProblems(BongsuOptions options, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(options.ServiceName))
            problems.Add("ServiceName is empty; set it or OTEL_SERVICE_NAME.");
        Export(options.Export, problems);
        if (options.Traces.SampleRatio is not (>= 0 and <= 1))
            problems.Add("Traces.SampleRatio must be from 0 to 1.");
        Range("Metrics.Interval", options.Metrics.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), problems);
        Range("Metrics.MaxSeriesPerInstrument", options.Metrics.MaxSeriesPerInstrument, 1, 100_000, problems);
        Requests(options.Requests, problems);
        Health(options.Health, problems);
        if (options.Shutdown.Delay is { } delay)
            Range("Shutdown.Delay", delay, TimeSpan.Zero, TimeSpan.FromMinutes(5), problems);
        Range("Shutdown.DrainTimeout", options.Shutdown.DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), problems);
        Range("Shutdown.FlushTimeout", options.Shutdown.FlushTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1), problems);
    }

    public static bool IsHttp(Uri uri) => uri.IsAbsoluteUri && uri.Scheme is "http" or "https";

    private static void Export(ExportOptions export, List<string> problems)
    {
        Endpoint("Export.Endpoint", export.Endpoint, problems);
        Endpoint("Export.TracesEndpoint", export.TracesEndpoint, problems);
        Endpoint("Export.MetricsEndpoint", export.MetricsEndpoint, problems);
        Endpoint("Export.LogsEndpoint", export.LogsEndpoint, problems);
        foreach (var (name, value) in export.Headers)
        {
            if (name.Length == 0 || name.Any(c => c is <= ' ' or >= '\x7f' or ':') || value.Any(c => c is '\r' or '\n' or '\0'))
                problems.Add($"Export.Headers: '{name}' is not a valid header.");
        }
        Range("Export.Timeout", export.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5), problems);
        Range("Export.MaxAttempts", export.MaxAttempts, 1, 100, problems);
        Range("Export.MaxBackoff", export.MaxBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10), problems);
        Range("Export.QueueSize", export.QueueSize, 1, 1_000_000, problems);
        Range("Export.BatchSize", export.BatchSize, 1, 100_000, problems);
        Range("Export.BatchDelay", export.BatchDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10), problems);
        Range("Export.MaxValueLength", export.MaxValueLength, 16, 10_000_000, problems);
        Range("Export.MaxAttributes", export.MaxAttributes, 1, 10_000, problems);
    }

    private static void Requests(RequestOptions requests, List<string> problems)
    {
        foreach (var header in requests.CapturedHeaders)
        {
            if (SecretHeaders.Contains(header, StringComparer.OrdinalIgnoreCase))
                problems.Add($"Requests.CapturedHeaders names '{header}', which carries a secret; remove it.");
        }
        foreach (var path in requests.IgnoredPaths)
        {
            if (!path.StartsWith('/') || path.Length < 2)
                problems.Add($"Requests.IgnoredPaths: '{path}' must start with '/' and name something.");
        }
    }

    private static void Health(HealthOptions health, List<string> problems)
    {
        Range("Health.Interval", health.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), problems);
        foreach (var dependency in health.Dependencies)
        {
            if (string.IsNullOrWhiteSpace(dependency.Name))
                problems.Add("Health: a dependency has no name.");
            Range($"Health: the timeout of '{dependency.Name}'", dependency.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5), problems);
        }
        foreach (var twice in health.Dependencies.GroupBy(d => d.Name).Where(g => g.Count() > 1))
            problems.Add($"Health: '{twice.Key}' is declared {twice.Count()} times; names must differ.");
    }

    private static void Endpoint(string name, Uri? uri, List<string> problems)
    {
        if (uri is not null && !IsHttp(uri))
            problems.Add($"{name} must be an absolute http or https address.");
    }

    private static void Range<T>(string name, T value, T min, T max, List<string> problems) where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            problems.Add($"{name} is {value}; it must be from {min} to {max}.");
    }
}
