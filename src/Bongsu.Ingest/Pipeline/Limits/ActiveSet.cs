using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>
/// The label sets that were active within the last hour, as hashes, with a budget for each metric of a service, for each service and for all. Those
/// beyond are refused; those already in go on. Not thread-safe: the owner locks.
/// </summary>
internal sealed class ActiveSet(ActiveLimits limits, TimeProvider time)
{
    public static readonly TimeSpan ActiveTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(5);

    // Finding the offender looks at all metrics of a service; in a storm of refusals the answer may be this old.
    private static readonly TimeSpan s_refusalAge = TimeSpan.FromSeconds(5);

    // Names made up by one sender must not take up memory without bound; services beyond share one entry, which only the limit for all holds.
    private const int MaxServices = 10_000;

    private readonly Dictionary<ulong, Entry> _active = [];
    private readonly Dictionary<ulong, ServiceUse> _services = [];
    private readonly ServiceUse _otherServices = new("(other)", int.MaxValue, int.MaxValue);
    private readonly StatisticsBudget _statistics = new();
    private readonly long _start = time.GetTimestamp();
    private long _lastSweep = time.GetTimestamp();
    private long _lastTurn = time.GetTimestamp();

    private enum Budget : byte
    {
        Metric,
        Service,
        Total,
    }

    public int Count => _active.Count;

    /// <summary>Whether the set is active or may become so; if not, the detail names the limit and the offender.</summary>
    public bool TryAdmit(ReadOnlySpan<byte> canonical, out string? detail)
    {
        detail = null;
        var now = time.GetTimestamp();
        var hash = LabelHash.Of(canonical);
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_active, hash);
        // Safety: the reference is used before the dictionary changes.
        if (!Unsafe.IsNullRef(ref entry))
        {
            entry = entry with { LastSeen = now };
            return true;
        }
        var use = UseOf(canonical);
        if (Exceeded(use) is not null)
        {
            Sweep(now);
            use = UseOf(canonical);
        }
        var nowSeconds = Seconds(now);
        use.Observe(canonical, _statistics);
        if (Exceeded(use) is { } budget)
        {
            use.Refused.Add(nowSeconds);
            use.Service.Refused.Add(nowSeconds);
            detail = Refusal(use, budget, now);
            return false;
        }
        _active[hash] = new Entry(now, use);
        use.Count++;
        use.New.Add(nowSeconds);
        use.Service.Count++;
        use.Service.New.Add(nowSeconds);
        return true;
    }

    /// <summary>Gives up what has not been active for long. Looks at everything, so at most every five minutes.</summary>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_lastSweep, now) < s_sweepInterval)
            return;
        _lastSweep = now;
        var isTurn = time.GetElapsedTime(_lastTurn, now) >= ActiveTime;
        if (isTurn)
            _lastTurn = now;
        foreach (var (hash, entry) in _active)
        {
            // Known series are seen here only so often.
            if (time.GetElapsedTime(entry.LastSeen, now) <= ActiveTime + SeriesCache.LookInterval)
                continue;
            entry.Use.Count--;
            entry.Use.Service.Count--;
            _active.Remove(hash);
        }
        foreach (var (hash, service) in _services)
        {
            service.Sweep(Seconds(now), isTurn, _statistics);
            if (service.IsIdle)
                _services.Remove(hash);
        }
        _otherServices.Sweep(Seconds(now), isTurn, _statistics);
    }

    /// <summary>The use of the budgets at this moment.</summary>
    public SeriesBudgets Report(int top)
    {
        var now = time.GetTimestamp();
        Sweep(now);
        var report = new BudgetReport(limits.Total, Seconds(now), top);
        return report.Of(_otherServices.Count > 0 ? [.. _services.Values, _otherServices] : [.. _services.Values], _active.Count);
    }

    private Budget? Exceeded(MetricUse use) =>
        use.Count >= use.Limit ? Budget.Metric
        : use.Service.Count >= use.Service.Limit ? Budget.Service
        : _active.Count >= limits.Total ? Budget.Total
        : null;

    private string Refusal(MetricUse use, Budget budget, long now)
    {
        var service = use.Service;
        var isMetric = budget == Budget.Metric;
        var (text, metric, wasMetric, at) = service.Refusal;
        var isSame = text is not null && wasMetric == isMetric && (!isMetric || ReferenceEquals(metric, use));
        if (isSame && time.GetElapsedTime(at, now) <= s_refusalAge)
            return text!;
        text = budget switch
        {
            Budget.Metric => $"metric '{use.Name}' of service '{service.Name}' has {use.Count} active {limits.What}, which is the limit for one metric; {Offender(use)}",
            Budget.Service => $"service '{service.Name}' has {service.Count} active {limits.What}, which is the limit for one service; {Largest(service)}",
            _ => $"{_active.Count} {limits.What} are active, which is the limit for all services; {Largest(service)}",
        };
        service.Refusal = (text, use, isMetric, now);
        return text;
    }

    private static string Largest(ServiceUse service)
    {
        var largest = service.Largest();
        return largest.Name.Length == 0 ? Offender(largest) : $"metric '{largest.Name}' has most of them ({largest.Count}), and {Offender(largest)}";
    }

    private static string Offender(MetricUse use) => use.Growth(1) is [var label]
        ? $"label '{label.Label}' has about {label.Values} new values: take it off or bound its values"
        : "raise the limit or send fewer label values";

    private MetricUse UseOf(ReadOnlySpan<byte> canonical)
    {
        ReadOnlySpan<byte> job = default, service = default, metric = default;
        var labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("service_name"u8))
                service = labels.Value;
            else if (labels.Name.SequenceEqual("job"u8))
                job = labels.Value;
            else if (labels.Name.SequenceEqual("__name__"u8))
                metric = labels.Value;
        }
        if (service.IsEmpty)
            service = job;
        var hash = LabelHash.Of(service);
        if (!_services.TryGetValue(hash, out var use))
        {
            if (_services.Count >= MaxServices)
                return _otherServices.Metric(default, _statistics);
            _services[hash] = use = new ServiceUse(service.IsEmpty ? "(none)" : Encoding.UTF8.GetString(service), limits.PerService, limits.PerMetric);
        }
        return use.Metric(metric, _statistics);
    }

    private long Seconds(long now) => (long)time.GetElapsedTime(_start, now).TotalSeconds;

    private readonly record struct Entry(long LastSeen, MetricUse Use);
}
