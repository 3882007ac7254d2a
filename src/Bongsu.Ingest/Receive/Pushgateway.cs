using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Telemetry.Journal;
using Bongsu.Telemetry.Labels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Receive;

/// <summary>
/// Pushgateway within the server: what jobs push is kept by grouping key, over restarts too, and written again at an interval as if it were scraped.
/// A push is durable, in the journal and in the store, when it is answered. Thread-safe.
/// </summary>
public sealed partial class Pushgateway : IAsyncDisposable
{
    private const string Log = "pushgateway";

    // The journal's own limit on a record.
    private const int MaxRecordBytes = IngestLimits.MiB;
    private const long FailureJournalIntervalMs = 60_000;

    private readonly IngestService _ingest;
    private readonly IJournal _journal;
    private readonly PushgatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Pushgateway> _log;
    private readonly Dictionary<LabelSet, PushgatewayGroup> _groups = new(KeyedLabels.Instance);
    private readonly CancellationTokenSource _stop = new();

    // Closed until what was pushed before is read.
    private readonly SemaphoreSlim _turn = new(0);
    private Task _showing = Task.CompletedTask;

    // Of whoever has the turn.
    private ScrapeWork _work;
    private long _sizeBytes;
    private long _records;
    private bool _holdsUnknown;

    public Pushgateway(IngestService ingest, IJournal journal, PushgatewayOptions options, TimeProvider time, ILogger<Pushgateway> log)
    {
        _ingest = ingest;
        _journal = journal;
        _options = options;
        _work = new ScrapeWork(ingest.Options.Limits);
        _time = time;
        _log = log;
    }

    /// <summary>The paths below /metrics/job. Who may push is decided before.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var http = new PushgatewayHttp(this, _ingest);
        foreach (var first in (string[])["job", "job@base64"])
            routes.MapMethods($"/metrics/{first}/{{**rest}}", ["PUT", "POST", "DELETE"], http.HandleAsync);
    }

    /// <summary>Reads what was pushed before, and begins to show it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in _journal.ReadAsync(Log, cancellationToken))
        {
            _records++;
            if (PushgatewayRecord.Decode(entry.Bytes.Span) is { } record)
            {
                Fold(record);
                continue;
            }
            _holdsUnknown = true;
            LogUnreadable(entry.Sequence);
        }
        _turn.Release();
        _showing = ShowAsync();
    }

    /// <summary>Takes a push. Null, or why it is refused and nothing of it is kept.</summary>
    internal async Task<RequestFailure?> PushAsync(LabelSet labels, ReadOnlyMemory<byte> body, ExpositionFormat format, bool replacesAll, CancellationToken cancellationToken)
    {
        _ingest.Counters.Request(Signal.Metrics, body.Length);
        var families = new PushgatewayBody(_ingest.Options.Limits).Read(body.Span, format, out var error);
        if (families is null)
        {
            _ingest.Counters.Malformed();
            return RequestFailure.Bad(error!);
        }
        families.RemoveAll(f => f.Name is PushgatewayGroup.PushTime or PushgatewayGroup.FailureTime);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await PushAsync(labels, families, replacesAll);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Deletes a group; its series end. One that is not there is no error.</summary>
    internal async Task DeleteAsync(LabelSet labels, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_groups.TryGetValue(labels, out var group))
                return;
            await AppendAsync(PushgatewayRecord.Of(PushgatewayRecord.Delete, labels, NowMs).Encode());
            _groups.Remove(labels);
            _sizeBytes -= group.SizeBytes;
            group.End(NowMs, CleanWork());
            await StoreAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _showing;
        _stop.Dispose();
    }

    private async Task<RequestFailure?> PushAsync(LabelSet labels, List<PushgatewayFamily> families, bool replacesAll)
    {
        var nowMs = NowMs;
        var group = _groups.GetValueOrDefault(labels);
        if (group is null && _groups.Count >= _options.MaxGroups)
            return new RequestFailure(429, $"{_groups.Count} groups are pushed, which is the limit; delete some");
        var all = replacesAll || group is null ? families : [.. group.Families.Values.Where(f => !families.Exists(n => n.Name == f.Name)), .. families];
        if (Inconsistency(labels, all) is { } inconsistency)
        {
            await FailAsync(labels, nowMs);
            return RequestFailure.Bad($"pushed metrics are invalid or inconsistent with existing metrics: {inconsistency}");
        }
        var sizeBytes = _sizeBytes - (group?.SizeBytes ?? 0) + all.Sum(f => (long)f.Bytes.Length);
        if (sizeBytes > _options.MaxBytes)
            return new RequestFailure(413, $"all groups together would hold {sizeBytes} bytes; the limit is {_options.MaxBytes}; delete groups that are not needed");
        var record = PushgatewayRecord.Of(replacesAll ? PushgatewayRecord.Put : PushgatewayRecord.Post, labels, nowMs, families).Encode();
        if (record.Length > MaxRecordBytes)
            return RequestFailure.TooLarge($"push of {record.Length} bytes, packed,", MaxRecordBytes);
        await AppendAsync(record);
        group = Group(labels);
        group.Push(families, replacesAll, nowMs);
        _sizeBytes = sizeBytes;
        var outcome = await ShowAsync(group, nowMs);
        return outcome.Rejections.Count == 0 ? null : outcome.IsStoreFull || outcome.IsAllRetryable ? RequestFailure.Full(outcome) : RequestFailure.Bad($"{outcome.Accepted} accepted, {outcome.Reasons()}");
    }

    /// <summary>Why families cannot be shown: with each other, or beside those of other groups, which must have the same types.</summary>
    private string? Inconsistency(LabelSet labels, List<PushgatewayFamily> families)
    {
        foreach (var other in _groups.Values)
        {
            if (other.Labels.Equals(labels))
                continue;
            foreach (var family in families)
            {
                if (other.Families.TryGetValue(family.Name, out var existing) && existing.Type != family.Type)
                    return $"metric \"{family.Name}\" is pushed as {family.Type.ToString().ToLowerInvariant()} and is {existing.Type.ToString().ToLowerInvariant()} in group {other.Labels}";
            }
        }
        return PushgatewayGroup.Check(labels, families, _ingest.Options.Limits, CleanWork());
    }

    private async Task FailAsync(LabelSet labels, long nowMs)
    {
        var group = Group(labels);
        group.Fail(nowMs);
        // Why not each: who fails in a loop must not fill the journal.
        if (nowMs - group.FailureJournaledMs >= FailureJournalIntervalMs)
        {
            group.FailureJournaledMs = nowMs;
            await AppendAsync(PushgatewayRecord.Of(PushgatewayRecord.Fail, labels, nowMs).Encode());
        }
        await ShowAsync(group, nowMs);
    }

    private PushgatewayGroup Group(LabelSet labels)
    {
        if (!_groups.TryGetValue(labels, out var group))
            _groups[labels] = group = new PushgatewayGroup(labels, _ingest.Options.Limits);
        return group;
    }

    private void Fold(PushgatewayRecord record)
    {
        var labels = record.Key();
        switch (record.Change)
        {
            case PushgatewayRecord.Put or PushgatewayRecord.Post:
                Group(labels).Push((record.Families ?? []).Select(f => new PushgatewayFamily(f.Name, f.Type, f.Format, f.Bytes)), record.Change == PushgatewayRecord.Put, record.TimeMs);
                break;
            case PushgatewayRecord.Fail:
                Group(labels).Fail(record.TimeMs);
                break;
            case PushgatewayRecord.Delete:
                _groups.Remove(labels);
                break;
        }
        _sizeBytes = _groups.Values.Sum(g => g.SizeBytes);
    }

    private async Task ShowAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.Interval, _time, _stop.Token);
                await ShowAllAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Writes all groups once. A push may come in between two of them.</summary>
    private async Task ShowAllAsync()
    {
        await _turn.WaitAsync(_stop.Token);
        List<PushgatewayGroup> groups;
        try
        {
            groups = [.. _groups.Values];
            await ShortenJournalAsync();
        }
        finally
        {
            _turn.Release();
        }
        foreach (var group in groups)
        {
            await _turn.WaitAsync(_stop.Token);
            try
            {
                if (_groups.GetValueOrDefault(group.Labels) == group)
                    await ShowAsync(group, NowMs);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogShowFailed(e, group.Labels.ToString());
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    private async Task<IngestOutcome> ShowAsync(PushgatewayGroup group, long nowMs)
    {
        group.Show(nowMs, CleanWork());
        return await StoreAsync();
    }

    private async Task<IngestOutcome> StoreAsync()
    {
        var outcome = await _ingest.IngestAsync(_work.Batch, CancellationToken.None);
        if (!outcome.IsStoreFull)
            TargetSeries.Stored(_work, NowMs);
        return outcome;
    }

    private ScrapeWork CleanWork()
    {
        if (!_work.MayBeKept)
            _work = new ScrapeWork(_ingest.Options.Limits);
        _work.Clear();
        return _work;
    }

    private async Task AppendAsync(byte[] record)
    {
        await _journal.AppendAsync(Log, record, CancellationToken.None);
        _records++;
    }

    /// <summary>Has the journal hold the groups as they are, once it holds many times as much.</summary>
    private async Task ShortenJournalAsync()
    {
        // Why: what cannot be read may be of a later version, which will.
        if (_holdsUnknown || !JournalSize.IsTooLarge(_records, 2 * _groups.Count))
            return;
        var records = _groups.Values.SelectMany(g => g.Records(MaxRecordBytes / 2)).Select(r => new ReadOnlyMemory<byte>(r.Encode())).ToList();
        _records = records.Count;
        try
        {
            await _journal.ReplaceAsync(Log, records, CancellationToken.None);
        }
        catch (IOException e)
        {
            LogShortenFailed(e);
        }
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
