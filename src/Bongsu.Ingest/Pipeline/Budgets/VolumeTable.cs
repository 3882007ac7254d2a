using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>
/// How much each service sends of logs and of traces: by UTC day beside its budget, and as totals that are written to the store, from which the day is
/// known again after a restart. Thread-safe.
/// </summary>
internal sealed class VolumeTable(TimeProvider time)
{
    public const string BytesMetric = "bongsu_ingested_bytes_total";
    public const string RecordsMetric = "bongsu_ingested_records_total";
    public const string OtherServices = "(other)";

    // Names made up by one sender must not take up memory without bound; services beyond share one entry, which has no budget.
    private const int MaxServices = 5_000;

    private const long DayMs = 86_400_000;

    private readonly object _lock = new();
    private readonly Dictionary<ulong, VolumeUse>[] _uses = [[], []];
    private readonly VolumeUse[] _others = [new(OtherServices, Signal.Traces), new(OtherServices, Signal.Logs)];
    private readonly DerivedTable _totals = new(2 * MaxServices + 2);
    private readonly LabelBuffer _labels = new();
    private BudgetRules _rules = BudgetRules.None;

    public BudgetRules Rules
    {
        get => Volatile.Read(ref _rules);
        set
        {
            lock (_lock)
            {
                Volatile.Write(ref _rules, value);
                foreach (var use in All())
                    (use.Budget, use.Refusal) = (use.Service == OtherServices ? DailyBudget.None : value.Of(use.Service, use.Signal), null);
            }
        }
    }

    public long TodayMs
    {
        get
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            return now - now % DayMs;
        }
    }

    // Hot path: once for each stream or resource of a batch, 0 B/op for a service that is known (see StageAllocationTests)
    /// <summary>The use of a service, of this day.</summary>
    public VolumeUse Of(ReadOnlySpan<byte> service, Signal signal)
    {
        lock (_lock)
        {
            var use = Find(service, signal);
            use.Turn(TodayMs);
            return use;
        }
    }

    /// <summary>Counts what was let through.</summary>
    public void Add(VolumeUse use, long bytes, long records)
    {
        lock (_lock)
        {
            use.Turn(TodayMs);
            use.Add(bytes, records);
            _labels.Clear();
            _labels.Add("service_name"u8, use.Service);
            _labels.Add("signal"u8, use.Signal == Signal.Logs ? "logs"u8 : "traces"u8);
            _labels.Canonical(out var canonical);
            if (_totals.Get(canonical) is not { } total)
                return;
            total.Calls += records;
            total.Bytes += bytes;
            total.IsChanged = true;
            total.LastSeen = time.GetTimestamp();
        }
    }

    public void Drop(VolumeUse use, long sampledOut, long refused)
    {
        lock (_lock)
            use.Drop(sampledOut, refused);
    }

    /// <summary>Takes up what was counted of this day before the start.</summary>
    public void Restore(string service, Signal signal, long bytes, long records)
    {
        lock (_lock)
        {
            var use = Find(Encoding.UTF8.GetBytes(service), signal);
            use.Turn(TodayMs);
            use.Add(bytes, records);
        }
    }

    /// <summary>Why records of a service are refused, in words.</summary>
    public string Refusal(VolumeUse use)
    {
        lock (_lock)
            return use.Refusal ??= Describe(use);
    }

    public int SecondsToReset() => (int)Math.Max(1, (TodayMs + DayMs - time.GetUtcNow().ToUnixTimeMilliseconds() + 999) / 1000);

    public void Collect(DerivedBatch into)
    {
        lock (_lock)
            into.AddVolumes(_totals);
    }

    /// <summary>All services that sent something today, and those that have a budget of their own.</summary>
    public IReadOnlyList<DailyUse> Report()
    {
        var report = new List<DailyUse>();
        lock (_lock)
        {
            foreach (var (service, own) in _rules.Services)
            {
                foreach (var signal in (ReadOnlySpan<Signal>)[Signal.Logs, Signal.Traces])
                {
                    if ((signal == Signal.Logs ? own.Logs : own.Traces) is not null)
                        Find(Encoding.UTF8.GetBytes(service), signal);
                }
            }
            var today = TodayMs;
            foreach (var use in All())
            {
                use.Turn(today);
                var isOwn = _rules.Services.TryGetValue(use.Service, out var budgets) && (use.Signal == Signal.Logs ? budgets.Logs : budgets.Traces) is not null;
                if (isOwn || use.Records + use.SampledOut + use.Refused > 0)
                    report.Add(new DailyUse(use.Service, use.Signal, use.Bytes, use.Records, use.SampledOut, use.Refused, use.Budget));
            }
        }
        return report;
    }

    private VolumeUse Find(ReadOnlySpan<byte> service, Signal signal)
    {
        var uses = _uses[(int)signal];
        var hash = LabelHash.Of(service);
        if (uses.TryGetValue(hash, out var use))
            return use;
        if (uses.Count >= MaxServices)
            return _others[(int)signal];
        var name = service.IsEmpty ? "(none)" : Encoding.UTF8.GetString(service);
        return uses[hash] = new VolumeUse(name, signal) { Budget = _rules.Of(name, signal) };
    }

    private IEnumerable<VolumeUse> All() => [.. _uses[0].Values, .. _uses[1].Values, .. _others];

    private static string Describe(VolumeUse use)
    {
        var budget = use.Budget;
        var limit = budget.Bytes > 0 && (budget.Records == 0 || (double)use.Bytes / budget.Bytes >= (double)use.Records / budget.Records)
            ? $"{budget.Bytes} bytes" : $"{budget.Records} records";
        var reset = DateTimeOffset.FromUnixTimeMilliseconds(use.DayMs + DayMs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"the daily budget of service '{use.Service}' for {(use.Signal == Signal.Logs ? "logs" : "traces")}, {limit}, is used up; it begins anew at {reset}. Send less, or raise it in budgets.yaml";
    }
}
