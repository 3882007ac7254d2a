using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Response;
using Bongsu.Server.Api.Operations;
using Bongsu.Storage.Journal;
using Bongsu.Telemetry;

namespace Bongsu.Server.Hosting;

/// <summary>How Bongsu itself is: one line at the foot of the first page.</summary>
/// <param name="State"><c>good</c>, <c>warn</c> (something is wrong but kept up with) or <c>bad</c> (telemetry may be refused).</param>
internal sealed record SelfHealth(
    string State, IReadOnlyList<string> Problems, double? SpansPerSecond, double? LogRecordsPerSecond, double? SamplesPerSecond, double? RejectedPerSecond,
    long SeriesActive, long DiskBytes, long DiskFreeBytes, long AsOfMs);

internal sealed class SelfHealthReader(ITelemetryStore store, DiskJournal journal, ResponseRuntime response, IngestRates rates, Func<IReadOnlyList<DailyUse>> dailyUse, TimeProvider time)
{
    // Below this a night's telemetry may not fit.
    private const long LowDiskBytes = 1L << 30;

    // One that is over may be many that are.
    private const int MostBudgets = 5;

    public SelfHealth Read()
    {
        var status = store.Status;
        var rate = rates.Read();
        List<string> problems = [.. status.Problems, .. journal.Problems, .. response.Problems];
        problems.AddRange(dailyUse().Where(use => use.State == BudgetState.Over).OrderByDescending(use => use.Used).Take(MostBudgets).Select(BudgetRow.Describe));
        var isDiskLow = status.DiskFreeBytes < LowDiskBytes;
        if (isDiskLow)
            problems.Add($"only {status.DiskFreeBytes >> 20} MiB of disk are free");
        var state = isDiskLow ? "bad" : problems.Count > 0 || rate?.Rejected > 0 ? "warn" : "good";
        return new SelfHealth(state, problems, rate?.Spans, rate?.LogRecords, rate?.Samples, rate?.Rejected,
            status.SeriesActive, status.DiskBytes, status.DiskFreeBytes, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
