using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>
/// The series of one instance of a web service: 25 routes with a latency histogram and requests by status, and 50 gauges. Counters grow by whole requests,
/// sums are sums of latencies, some instances restart once. Not thread-safe.
/// </summary>
internal sealed class InstanceSeries
{
    public const int Count = Routes * (Buckets + 2 + Statuses) + Gauges;
    private const int Routes = 25;
    private const int Buckets = 12;
    private const int Statuses = 4;
    private const int Gauges = 50;

    // Why: a counter that begins near zero is where two versions of rate() differ; these have counted for days.
    private const int ScrapesBefore = 20_000;

    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity];
    private static readonly (string Method, string Status)[] Answers = [("GET", "200"), ("GET", "404"), ("POST", "201"), ("GET", "500")];
    private static readonly string[] Nouns = ["orders", "carts", "items", "payments", "invoices", "customers", "shipments", "refunds", "prices", "stock", "coupons", "sessions", "reviews"];

    private readonly Random _random;
    private readonly int _restartAt;
    private readonly double[] _values = new double[Count];
    private readonly double[] _requestsPerScrape = new double[Routes];
    private readonly double[] _errorShare = new double[Routes];

    public InstanceSeries(int instance, int generation)
    {
        _random = new Random(instance * 7919 + generation);
        _restartAt = instance % 7 == 3 ? 100 + _random.Next(1000) : -1;
        for (var route = 0; route < Routes; route++)
        {
            _requestsPerScrape[route] = 60.0 / (route + 1) * (0.8 + 0.4 * _random.NextDouble());
            // Why: five routes fail each half as often as the one before, so that the top five are the same five to every server.
            _errorShare[route] = (route < 5 ? 4.8 / (1 << route) : 0.02) * (route + 1) / 60;
        }
        Labels = MakeLabels(instance, generation);
        Begin(generation == 0 ? ScrapesBefore : 0);
    }

    /// <summary>The labels of each series as fields of a remote-write TimeSeries, sorted by name.</summary>
    public byte[][] Labels { get; }

    /// <summary>The values of the last scrape.</summary>
    public ReadOnlySpan<double> Values => _values;

    public void Scrape(int scrape)
    {
        if (scrape == _restartAt)
            Array.Clear(_values);
        var load = 1 + 0.4 * Math.Sin(scrape / 240.0);
        for (var route = 0; route < Routes; route++)
            Serve(route, Poisson(_requestsPerScrape[route] * load));
        for (var gauge = 0; gauge < Gauges; gauge++)
            Measure(gauge);
    }

    private void Serve(int route, int requests)
    {
        var histogram = route * (Buckets + 2);
        var answers = Routes * (Buckets + 2) + route * Statuses;
        for (var i = 0; i < requests; i++)
        {
            var seconds = 0.03 * (1 + route % 5) * Math.Exp(0.9 * Gauss());
            for (var b = Buckets - 1; b >= 0 && seconds <= Bounds[b]; b--)
                _values[histogram + b]++;
            _values[histogram + Buckets] += seconds;
            _values[histogram + Buckets + 1]++;
            _values[answers + AnswerOf(route)]++;
        }
    }

    private int AnswerOf(int route)
    {
        var chance = _random.NextDouble();
        return chance < _errorShare[route] ? 3 : chance < _errorShare[route] + 0.03 ? 1 : chance < 0.4 ? 2 : 0;
    }

    private void Measure(int gauge)
    {
        ref var value = ref _values[Count - Gauges + gauge];
        value = (gauge % 5) switch
        {
            0 => Math.Max(0, value + _random.Next(-3, 4)),
            1 => Math.Round(50 + 20 * Gauss(), 1),
            2 => _random.NextDouble(),
            3 => (30_000 + Math.Round(value / 4096) + _random.Next(-50, 60)) % 60_000 * 4096,
            _ => _random.Next(10) == 0 ? _random.Next(20) : value,
        };
    }

    // What the counters had before the first scrape: as if the mean load had lasted for so long.
    private void Begin(int scrapes)
    {
        for (var route = 0; route < Routes; route++)
        {
            var requests = Math.Round(_requestsPerScrape[route] * scrapes);
            var histogram = route * (Buckets + 2);
            for (var b = 0; b < Buckets; b++)
                _values[histogram + b] = Math.Round(requests * Math.Min(1, (b + 1) / 9.0));
            _values[histogram + Buckets] = requests * 0.0451;
            _values[histogram + Buckets + 1] = requests;
            for (var s = 0; s < Statuses; s++)
                _values[Routes * (Buckets + 2) + route * Statuses + s] = Math.Round(requests / (s + 2));
        }
    }

    private int Poisson(double mean)
    {
        if (mean > 30)
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * Gauss()));
        var limit = Math.Exp(-mean);
        var product = _random.NextDouble();
        var count = 0;
        while (product > limit)
        {
            product *= _random.NextDouble();
            count++;
        }
        return count;
    }

    private double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static byte[][] MakeLabels(int instance, int generation)
    {
        var labels = new byte[Count][];
        var at = 0;
        for (var route = 0; route < Routes; route++)
        {
            foreach (var bound in Bounds)
                labels[at++] = Of("http_request_duration_seconds_bucket", route, ("le", double.IsInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture)));
            labels[at++] = Of("http_request_duration_seconds_sum", route);
            labels[at++] = Of("http_request_duration_seconds_count", route);
        }
        for (var route = 0; route < Routes; route++)
        {
            foreach (var (method, status) in Answers)
                labels[at++] = Of("http_requests_total", route, ("method", method), ("status", status));
        }
        for (var gauge = 0; gauge < Gauges; gauge++)
            labels[at++] = Encode(instance, generation, [("__name__", $"app_pool_{GaugeName(gauge)}"), ("pool", $"{Nouns[gauge / 5]}-pool")]);
        return labels;

        byte[] Of(string metric, int route, params (string, string)[] more) =>
            Encode(instance, generation, [("__name__", metric), ("route", RouteName(route)), .. more]);
    }

    private static string GaugeName(int gauge) => (gauge % 5) switch { 0 => "in_use", 1 => "wait_ms", 2 => "busy_ratio", 3 => "memory_bytes", _ => "queue_depth" };

    public static string RouteName(int route) => $"/api/v1/{Nouns[route / 2]}/{(route % 2 == 0 ? "{id}" : "search")}";

    public static string InstanceName(int instance, int generation) => $"10.{generation + 4}.{instance / 250}.{instance % 250 + 1}:8080";

    // Four instances to a job; the pod's name ends as a replica set's does.
    private static byte[] Encode(int instance, int generation, (string Name, string Value)[] own)
    {
        var job = $"shop/service-{instance / 4}";
        var pod = $"service-{instance / 4}-7c9f8d6b5-{(instance * 7919 + generation * 104_729) % 1_679_616:x5}";
        (string Name, string Value)[] all = [.. own, ("cluster", "eu-central-1"), ("instance", InstanceName(instance, generation)), ("job", job), ("pod", pod)];
        var message = new ProtoWriter();
        foreach (var (name, value) in all.OrderBy(l => l.Name, StringComparer.Ordinal))
            message.Message(1, l => l.Text(1, name).Text(2, value));
        return message.ToArray();
    }
}
