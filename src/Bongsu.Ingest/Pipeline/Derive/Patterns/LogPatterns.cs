using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>The log patterns of all services, up to bounds on services and patterns. Thread-safe.</summary>
internal sealed class LogPatterns
{
    private const int MaxServices = 1_000;

    // A service that was silent this long gives its place to a new one when there are too many.
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(15);

    private readonly object _lock = new();
    private readonly Dictionary<ulong, ServicePatterns> _services = [];
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly PatternRoom _room;
    private long _refused;
    private long _evicted;
    private long _unpatterned;
    private long _uncounted;

    public LogPatterns(IngestOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _room = new PatternRoom(options.Limits.PatternsTotal, TrySteal);
    }

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The patterns of a service; null when there are too many services.</summary>
    public ServicePatterns? Of(ReadOnlySpan<byte> service)
    {
        var hash = LabelHash.Of(service);
        lock (_lock)
        {
            if (_services.TryGetValue(hash, out var found))
                return service.SequenceEqual(found.Name) ? found : null;
            if (_services.Count >= MaxServices && !TryForgetOne())
                return null;
            return _services[hash] = new ServicePatterns(service.ToArray(), _options.Limits, _room) { LastLineMs = NowMs };
        }
    }

    /// <summary>Counts a line of a service for which there is no place.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>Writes what is new since the last time; see <see cref="ServicePatterns.Collect"/>.</summary>
    public void Collect(PatternBatch into, bool isForced)
    {
        into.Begin(NowMs);
        foreach (var service in Services())
            service.Collect(into, _options.PatternLearningTime, isForced);
        into.End();
    }

    public string? Example(ReadOnlySpan<byte> service, ulong id)
    {
        ServicePatterns? found;
        lock (_lock)
            _services.TryGetValue(LabelHash.Of(service), out found);
        return found is not null && service.SequenceEqual(found.Name) ? found.Example(id) : null;
    }

    /// <summary>Forgets the example lines of services.</summary>
    public void ForgetExamples(Func<string, bool> isOf)
    {
        foreach (var service in Services())
        {
            if (isOf(System.Text.Encoding.UTF8.GetString(service.Name)))
                service.ForgetExamples();
        }
    }

    /// <summary>Adds the figures since start to the counters.</summary>
    public void Report(IngestCounters counters)
    {
        long evicted = 0, unpatterned = Interlocked.Read(ref _refused), uncounted = 0;
        foreach (var service in Services())
        {
            evicted += service.Evicted;
            unpatterned += service.Unpatterned;
            uncounted += service.Uncounted;
        }
        counters.Patterns(_room.Taken, Math.Max(0, evicted - _evicted), Math.Max(0, unpatterned - _unpatterned), Math.Max(0, uncounted - _uncounted));
        (_evicted, _unpatterned, _uncounted) = (evicted, unpatterned, uncounted);
    }

    private ServicePatterns[] Services()
    {
        lock (_lock)
            return [.. _services.Values];
    }

    private bool TryForgetOne()
    {
        var nowMs = NowMs;
        foreach (var (hash, service) in _services)
        {
            if (nowMs - service.LastLineMs < (long)s_idle.TotalMilliseconds)
                continue;
            while (service.TryGiveUpOne()) { }
            return service.Count == 0 && _services.Remove(hash);
        }
        return false;
    }

    // Waits for no lock of a service: the asking one holds its own.
    private bool TrySteal(ServicePatterns asking)
    {
        ServicePatterns? most = null;
        foreach (var service in Services())
        {
            if (service != asking && (most is null || service.Count > most.Count))
                most = service;
        }
        return most is not null && most.TryGiveUpOne();
    }
}
