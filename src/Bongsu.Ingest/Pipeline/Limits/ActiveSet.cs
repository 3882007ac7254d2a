using System.Text;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>
/// The label sets that were active within the last hour, as hashes, with a budget for each service and one for all. Those beyond are refused; those
/// already in go on. Not thread-safe: the owner locks.
/// </summary>
internal sealed class ActiveSet(string what, int perService, int total, TimeProvider time)
{
    public static readonly TimeSpan ActiveTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(5);

    // Finding the offender looks at all metrics of a service; in a storm of refusals the answer may be this old.
    private static readonly TimeSpan s_offenderAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ulong, Entry> _active = [];
    private readonly Dictionary<ulong, ServiceUse> _services = [];
    private readonly StatisticsBudget _statistics = new();
    private long _lastSweep = time.GetTimestamp();

    public int Count => _active.Count;

    /// <summary>Whether the set is active or may become so; if not, the detail names the limit and the offender.</summary>
    public bool TryAdmit(ReadOnlySpan<byte> canonical, out string? detail)
    {
        detail = null;
        var now = time.GetTimestamp();
        var hash = LabelHash.Of(canonical);
        ref var entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_active, hash);
        // Safety: the reference is used before the dictionary changes.
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
        {
            entry = entry with { LastSeen = now };
            return true;
        }
        var service = ServiceOf(canonical);
        if (_active.Count >= total || UseOf(service).Count >= perService)
            Sweep(now);
        var use = UseOf(service);
        if (use.Count >= perService)
            detail = $"service '{use.Name}' has {use.Count} active {what}, which is the limit for one service; {Offender(use, now)}";
        else if (_active.Count >= total)
            detail = $"{_active.Count} {what} are active, which is the limit for all services; {Offender(use, now)}";
        if (detail is not null)
            return false;
        _active[hash] = new Entry(now, use);
        use.Count++;
        use.Observe(canonical, _statistics);
        return true;
    }

    private string Offender(ServiceUse use, long now)
    {
        if (use.OffenderText is null || time.GetElapsedTime(use.OffenderAt, now) > s_offenderAge)
        {
            use.OffenderText = use.Offender();
            use.OffenderAt = now;
        }
        return use.OffenderText;
    }

    private ServiceUse UseOf(ReadOnlySpan<byte> service)
    {
        var hash = LabelHash.Of(service);
        if (!_services.TryGetValue(hash, out var use))
            _services[hash] = use = new ServiceUse(service.IsEmpty ? "(none)" : Encoding.UTF8.GetString(service));
        return use;
    }

    private void Sweep(long now)
    {
        if (time.GetElapsedTime(_lastSweep, now) < s_sweepInterval)
            return;
        _lastSweep = now;
        foreach (var (hash, entry) in _active)
        {
            // Known series are seen here only so often.
            if (time.GetElapsedTime(entry.LastSeen, now) <= ActiveTime + SeriesCache.LookInterval)
                continue;
            entry.Use.Count--;
            _active.Remove(hash);
        }
        foreach (var (hash, use) in _services)
        {
            if (use.Count > 0)
                continue;
            use.Release(_statistics);
            _services.Remove(hash);
        }
    }

    private static ReadOnlySpan<byte> ServiceOf(ReadOnlySpan<byte> canonical)
    {
        ReadOnlySpan<byte> job = default;
        var labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("service_name"u8))
                return labels.Value;
            if (labels.Name.SequenceEqual("job"u8))
                job = labels.Value;
        }
        return job;
    }

    private readonly record struct Entry(long LastSeen, ServiceUse Use);
}
