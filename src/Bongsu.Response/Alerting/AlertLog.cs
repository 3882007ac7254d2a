using System.Collections.Immutable;
using System.Text.Json;
using Bongsu.Response.Configuration;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Alerting;

/// <summary>One record of the journal's <c>alerts</c> log: an alert as it stands from here on, that one is gone, or a decision about one.</summary>
internal sealed record AlertLogRecord(int V, string Kind, string Id, Alert? Alert, DecisionStep? Decision);

/// <summary>
/// All alerts and the decisions about them, folded from the journal: a restart neither pages again nor starts a <c>for</c> anew. One writer at a
/// time; readers see immutable snapshots.
/// </summary>
internal sealed class AlertLog(IJournal journal)
{
    public const string LogName = "alerts";
    public const int MaxDecisionsPerAlert = 64;

    /// <summary>Most resolved alerts that are remembered; the oldest go first.</summary>
    public const int MaxResolved = 500;

    private readonly SemaphoreSlim _write = new(1);
    private long _records;
    private bool _holdsUnknown;
    private ImmutableDictionary<string, Alert> _alerts = ImmutableDictionary<string, Alert>.Empty;
    private ImmutableDictionary<string, ImmutableList<DecisionStep>> _decisions = ImmutableDictionary<string, ImmutableList<DecisionStep>>.Empty;

    public ImmutableDictionary<string, Alert> Alerts => Volatile.Read(ref _alerts);

    public IReadOnlyList<DecisionStep> DecisionsOf(string id) => Volatile.Read(ref _decisions).GetValueOrDefault(id) ?? [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in journal.ReadAsync(LogName, cancellationToken))
        {
            _records++;
            // A record of a later version that this one cannot read is left alone.
            if (TryRead(record.Bytes.Span) is { } read)
                Fold(read);
            else
                _holdsUnknown = true;
        }
    }

    /// <summary>Puts an alert; durable on return.</summary>
    public Task PutAsync(Alert alert, CancellationToken cancellationToken) =>
        WriteAsync(new AlertLogRecord(1, "put", alert.Id, alert, null), cancellationToken);

    /// <summary>Refreshes what a standing alert says without a record: figures are measured again after a restart.</summary>
    public void Refresh(Alert alert) => Volatile.Write(ref _alerts, Alerts.SetItem(alert.Id, alert));

    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        WriteAsync(new AlertLogRecord(1, "remove", id, null, null), cancellationToken);

    /// <summary>Records a decision unless the last one of its stage, since the alert last moved, said the same.</summary>
    public Task DecideAsync(string id, DecisionStep step, CancellationToken cancellationToken)
    {
        var steps = DecisionsOf(id);
        var began = steps.ToList().FindLastIndex(d => d.Stage == DecisionStage.Evaluation);
        var last = step.Stage is DecisionStage.Evaluation or DecisionStage.Guard ? steps.LastOrDefault(d => d.Stage == step.Stage)
            : steps.Skip(began + 1).LastOrDefault(d => d.Stage == step.Stage);
        if (last is not null && last.Passed == step.Passed && last.Reason == step.Reason && step.Stage != DecisionStage.Delivery)
            return Task.CompletedTask;
        return WriteAsync(new AlertLogRecord(1, "decision", id, null, step), cancellationToken);
    }

    private async Task WriteAsync(AlertLogRecord record, CancellationToken cancellationToken)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            await journal.AppendAsync(LogName, JsonSerializer.SerializeToUtf8Bytes(record, ResponseJson.Options), cancellationToken);
            Fold(record);
            _records++;
            await ShortenAsync();
        }
        finally
        {
            _write.Release();
        }
    }

    private async Task ShortenAsync()
    {
        if (_holdsUnknown || !JournalSize.IsTooLarge(_records, Alerts.Count + Alerts.Keys.Sum(id => DecisionsOf(id).Count)))
            return;
        List<AlertLogRecord> records = [];
        foreach (var (id, alert) in Alerts)
        {
            records.Add(new AlertLogRecord(1, "put", id, alert, null));
            records.AddRange(DecisionsOf(id).Select(step => new AlertLogRecord(1, "decision", id, null, step)));
        }
        _records = records.Count;
        try
        {
            await journal.ReplaceAsync(LogName, [.. records.Select(r => new ReadOnlyMemory<byte>(JsonSerializer.SerializeToUtf8Bytes(r, ResponseJson.Options)))], CancellationToken.None);
        }
        catch (IOException)
        {
            // Why not told: nothing is lost, it is tried again when the log has grown further, and a full disk is told elsewhere.
        }
    }

    private static AlertLogRecord? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<AlertLogRecord>(bytes, ResponseJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Fold(AlertLogRecord record)
    {
        switch (record)
        {
            case { Kind: "put", Alert: { } alert }:
                Volatile.Write(ref _alerts, Trimmed(Alerts.SetItem(alert.Id, alert)));
                break;
            case { Kind: "remove" }:
                Volatile.Write(ref _alerts, Alerts.Remove(record.Id));
                break;
            case { Kind: "decision", Decision: { } step }:
                var steps = (_decisions.GetValueOrDefault(record.Id) ?? []).Add(step);
                if (steps.Count > MaxDecisionsPerAlert)
                    steps = steps.RemoveAt(0);
                Volatile.Write(ref _decisions, _decisions.SetItem(record.Id, steps));
                break;
        }
    }

    private ImmutableDictionary<string, Alert> Trimmed(ImmutableDictionary<string, Alert> alerts)
    {
        if (alerts.Count <= MaxResolved)
            return alerts;
        var resolved = alerts.Values.Where(a => a.Timer.State == AlertState.Resolved).OrderByDescending(a => a.Timer.ResolvedMs).Skip(MaxResolved).Select(a => a.Id).ToList();
        Volatile.Write(ref _decisions, _decisions.RemoveRange(resolved));
        return alerts.RemoveRange(resolved);
    }
}
