using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Triage;

/// <summary>What goes wrong in a simulated run.</summary>
internal enum Fault
{
    None,
    SlowService,
    FailingService,
    SlowDatabase,
    SlowNetwork,
    /// <summary>The service is slow and does not fail; its callers give up on part of their calls.</summary>
    TimeOuts,
    BadVersionBesideOld,
    BadVersionAtOnce,
}

/// <summary>
/// Services that call each other, counted as spans are: random topology, load, durations and noise from a seed. Excess travels upstream as in life:
/// a caller waits for its callees and fails with them.
/// </summary>
internal sealed class Simulation
{
    public const long StartMs = 1_790_000_000_000;

    private readonly Random _random;
    private readonly SimulatedService[] _services;
    private readonly List<SimulatedCall> _calls = [];
    private readonly SortedDictionary<string, (LabelSet Labels, List<(long, double)> Samples, double Total)> _counters = new(StringComparer.Ordinal);

    public Simulation(int seed, Fault fault, long intervalMs = 5000, int baselineTicks = 36, int faultTicks = 15)
    {
        _random = new Random(seed);
        (Fault, IntervalMs, OnsetTick, Ticks) = (fault, intervalMs, baselineTicks, baselineTicks + faultTicks);
        // Names without meaning: nothing may depend on them.
        _services = [.. Enumerable.Range(0, _random.Next(3, 9)).Select(i => new SimulatedService($"svc-{(char)('a' + ((i * 7) % 26))}{seed % 10}",
            Seconds: 0.005 + (_random.NextDouble() * 0.08), ErrorRatio: _random.NextDouble() * 0.004))];
        for (var i = 1; i < _services.Length; i++)
        {
            _calls.Add(new SimulatedCall(_random.Next(i), i, 0.4 + (_random.NextDouble() * 0.6)));
            if (i > 2 && _random.NextDouble() < 0.3 && _calls[^1].From != i - 1)
                _calls.Add(new SimulatedCall(i - 1, i, 0.3 + (_random.NextDouble() * 0.5)));
        }
        FaultAt = fault == Fault.None ? -1 : _random.Next(fault == Fault.TimeOuts ? 1 : 0, _services.Length);
        FaultCall = _calls.FindIndex(c => c.To == Math.Max(1, FaultAt));
        Strength = 0.5 + _random.NextDouble();
        Load = 15 + (_random.NextDouble() * 60);
    }

    public Fault Fault { get; }
    public long IntervalMs { get; }
    public int OnsetTick { get; }
    public int Ticks { get; }
    public int FaultAt { get; }
    public int FaultCall { get; }
    public double Strength { get; }
    public double Load { get; }
    public bool EmitCalls { get; init; } = true;

    /// <summary>Ticks in which the fault is away although its time has come: an earlier incident that was over, or a recovery.</summary>
    public Range HealedTicks { get; init; } = 0..0;

    private bool IsBad(int tick) => tick >= OnsetTick && !(tick >= HealedTicks.Start.Value && tick < HealedTicks.End.Value);

    /// <summary>A service of this index sends no telemetry of its own.</summary>
    public int Silent { get; init; } = -1;

    public string Entry => _services[0].Name;
    public string Culprit => _services[FaultAt].Name;
    public int FirstUpstreamOf(int service) => _calls.Find(c => c.To == service)!.From;
    public string Name(int service) => _services[service].Name;
    public int Count => _services.Length;
    public SimulatedCall BrokenCall => _calls[FaultCall];
    public long OnsetMs => StartMs + (OnsetTick * IntervalMs);
    public long NowMs => StartMs + (Ticks * IntervalMs);

    public MemoryStore Run()
    {
        for (var tick = 0; tick < Ticks; tick++)
            Tick(tick);
        var store = new MemoryStore();
        foreach (var (_, counter) in _counters)
            store.Add(counter.Labels, [.. counter.Samples]);
        return store;
    }

    private void Tick(int tick)
    {
        var (requests, own, failed) = Own(tick);
        var seconds = (double[])own.Clone();
        var allFailed = (double[])failed.Clone();
        // Callees before callers: a call goes from a lower index to a higher one.
        for (var service = _services.Length - 1; service >= 0; service--)
        {
            foreach (var call in _calls.Where(c => c.From == service))
                Call(tick, call, requests, seconds, allFailed);
            Database(tick, service, requests, seconds);
            allFailed[service] = Math.Min(allFailed[service], requests[service]);
            if (service != Silent)
                Emit(tick, service, requests[service], seconds[service], allFailed[service], failed[service]);
        }
    }

    private (double[] Requests, double[] Seconds, double[] Failed) Own(int tick)
    {
        var requests = new double[_services.Length];
        requests[0] = Poisson(Load * IntervalMs / 1000);
        foreach (var call in _calls.OrderBy(c => c.From))
            requests[call.To] += Binomial(requests[call.From], call.Chance);
        var seconds = new double[_services.Length];
        var failed = new double[_services.Length];
        for (var i = 0; i < _services.Length; i++)
        {
            var bad = IsBad(tick) && i == FaultAt;
            var extra = bad && Fault is Fault.SlowService or Fault.TimeOuts && bad ? Strength * 0.4 : 0;
            var ratio = _services[i].ErrorRatio + (bad && Fault is Fault.FailingService or Fault.BadVersionAtOnce or Fault.BadVersionBesideOld ? Strength * 0.2 : 0);
            seconds[i] = Time(requests[i], _services[i].Seconds + extra);
            failed[i] = Binomial(requests[i], ratio);
        }
        return (requests, seconds, failed);
    }

    private void Call(int tick, SimulatedCall call, double[] requests, double[] seconds, double[] failed)
    {
        var incoming = _calls.Where(c => c.To == call.To).Sum(c => requests[c.From] * c.Chance);
        var part = incoming > 0 ? requests[call.From] * call.Chance / incoming : 0;
        var (count, server, errors) = (requests[call.To] * part, seconds[call.To] * part, failed[call.To] * part);
        var network = IsBad(tick) && Fault == Fault.SlowNetwork && call == _calls[FaultCall] ? Strength * 0.3 : 0;
        var client = server + Time(count, 0.001 + network);
        if (IsBad(tick) && Fault == Fault.TimeOuts && call.To == FaultAt)
            errors += Binomial(count, Strength * 0.2);
        seconds[call.From] += client;
        failed[call.From] += errors;
        if (call.From != Silent)
            Grow(tick, "traces_spanmetrics_calls_total", count, [("service_name", _services[call.From].Name), ("span_kind", "SPAN_KIND_CLIENT"), ("status_code", "STATUS_CODE_UNSET")]);
        if (EmitCalls && call.From != Silent)
            Edge(tick, _services[call.From].Name, _services[call.To].Name, "", count, errors, client, call.To == Silent ? null : server);
    }

    private void Database(int tick, int service, double[] requests, double[] seconds)
    {
        // Every second service has a database of its own; the culprit of a database fault has one.
        var has = service % 2 == 1 || (Fault == Fault.SlowDatabase && service == FaultAt);
        if (!has)
            return;
        var slow = IsBad(tick) && Fault == Fault.SlowDatabase && service == FaultAt ? Strength * 0.3 : 0;
        var time = Time(requests[service], 0.004 + slow);
        seconds[service] += time;
        // A call to what sends no spans is counted only when its other side has been waited for: two intervals late.
        if (EmitCalls && service != Silent)
            Edge(tick + 2, _services[service].Name, "db-" + _services[service].Name, "database", requests[service], 0, time, null);
    }

    private void Emit(int tick, int service, double requests, double seconds, double failed, double ownFailed)
    {
        var changes = Fault is Fault.BadVersionAtOnce or Fault.BadVersionBesideOld && service == FaultAt && tick >= OnsetTick;
        for (var instance = 0; instance < 2; instance++)
        {
            var fresh = changes && (Fault == Fault.BadVersionAtOnce || instance == 0);
            // Side by side, the new version makes all the extra failures.
            var mine = changes && Fault == Fault.BadVersionBesideOld ? (instance == 0 ? (failed + ownFailed) / 2 : (failed - ownFailed) / 2) : failed / 2;
            var name = _services[service].Name;
            var labels = new (string, string)[] { ("service_name", name), ("service_version", fresh ? "2.0" : "1.0"), ("instance", $"{name}-{instance}{(fresh ? "n" : "")}"), ("span_kind", "SPAN_KIND_SERVER") };
            Grow(tick, "traces_spanmetrics_calls_total", (requests / 2) - mine, [.. labels, ("status_code", "STATUS_CODE_UNSET")]);
            if (mine > 0)
                Grow(tick, "traces_spanmetrics_calls_total", mine, [.. labels, ("status_code", "STATUS_CODE_ERROR")]);
            Grow(tick, "traces_spanmetrics_latency_sum", seconds / 2, labels);
            Grow(tick, "traces_spanmetrics_latency_count", requests / 2, labels);
        }
    }

    private void Edge(int tick, string client, string server, string type, double count, double failed, double clientSeconds, double? serverSeconds)
    {
        var labels = new (string, string)[] { ("client", client), ("server", server), ("connection_type", type) };
        Grow(tick, "traces_service_graph_request_total", count, labels);
        Grow(tick, "traces_service_graph_request_failed_total", failed, labels);
        Grow(tick, "traces_service_graph_request_client_seconds_sum", clientSeconds, labels);
        Grow(tick, "traces_service_graph_request_client_seconds_count", count, labels);
        if (serverSeconds is not { } seconds)
            return;
        Grow(tick, "traces_service_graph_request_server_seconds_sum", seconds, labels);
        Grow(tick, "traces_service_graph_request_server_seconds_count", count, labels);
    }

    private void Grow(int tick, string metric, double growth, (string, string)[] labels)
    {
        var key = metric + string.Join(',', labels);
        if (!_counters.TryGetValue(key, out var counter))
            counter = (LabelSet.Of([("__name__", metric), .. labels]), [], 0);
        counter.Total += growth;
        counter.Samples.Add((StartMs + ((tick + 1) * IntervalMs), counter.Total));
        _counters[key] = counter;
    }

    // The sum of that many durations: each varies by half its mean, and all of an interval by a few percent together.
    private double Time(double count, double mean) =>
        Math.Max(0, (count * mean * (1 + (0.04 * Normal()))) + (Math.Sqrt(count) * mean * 0.5 * Normal()));

    private double Binomial(double count, double chance) =>
        Math.Clamp(Math.Round((count * chance) + (Normal() * Math.Sqrt(Math.Max(0, count * chance * (1 - chance))))), 0, count);

    private double Poisson(double mean) => Math.Max(1, Math.Round(mean + (Normal() * Math.Sqrt(mean))));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
