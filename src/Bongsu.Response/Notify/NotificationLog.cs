using System.Collections.Immutable;
using System.Text.Json;
using Bongsu.Response.Configuration;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Notify;

/// <summary>What a receiver was last told about a group.</summary>
public sealed record NotificationEntry(string Key, long AtMs, IReadOnlyList<string> Firing, IReadOnlyList<string> Resolved);

/// <summary>One try to deliver.</summary>
/// <param name="Outcome"><c>delivered</c>, <c>failed</c> (and tried again at <paramref name="NextMs"/>) or <c>gaveUp</c>.</param>
public sealed record DeliveryAttempt(long AtMs, string Receiver, string Target, int Attempt, string Outcome, int? Status, string? Error, long? NextMs);

/// <summary>One record of the journal's <c>notifications</c> log: an attempt, with the alerts it spoke of, and what the receiver knows since when it was delivered.</summary>
internal sealed record NotificationRecord(int V, DeliveryAttempt Attempt, IReadOnlyList<string> Alerts, NotificationEntry? Entry);

/// <summary>
/// The notification log folded from the journal. An entry is written when a message was delivered, so that a restart neither repeats a delivered
/// message nor forgets one that was not. (A crash between the receiver's answer and the record repeats that one message: at least once.)
/// </summary>
internal sealed class NotificationLog(IJournal journal)
{
    public const string LogName = "notifications";
    public const int MaxAttempts = 2000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _write = new(1);
    private ImmutableDictionary<string, NotificationRecord> _delivered = ImmutableDictionary<string, NotificationRecord>.Empty;
    private ImmutableList<NotificationRecord> _attempts = [];
    private long _records;
    private bool _holdsUnknown;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in journal.ReadAsync(LogName, cancellationToken))
        {
            _records++;
            try
            {
                if (JsonSerializer.Deserialize<NotificationRecord>(record.Bytes.Span, ResponseJson.Options) is { } read)
                    Fold(read);
            }
            catch (JsonException)
            {
                // A record of a later version that this one cannot read is left alone.
                _holdsUnknown = true;
            }
        }
    }

    public NotificationEntry? Find(string key)
    {
        lock (_lock)
            return _delivered.GetValueOrDefault(key)?.Entry;
    }

    /// <summary>Attempts that spoke of an alert, oldest first.</summary>
    public IReadOnlyList<DeliveryAttempt> AttemptsOf(string alert)
    {
        lock (_lock)
            return [.. _attempts.Where(a => a.Alerts.Contains(alert)).Select(a => a.Attempt)];
    }

    public async Task AppendAsync(NotificationRecord record, CancellationToken cancellationToken)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            await journal.AppendAsync(LogName, Encode(record), cancellationToken);
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
        if (_holdsUnknown || !JournalSize.IsTooLarge(_records, _delivered.Count + _attempts.Count))
            return;
        // Those that are no longer among the attempts first: they are older than all of them.
        List<NotificationRecord> records = [.. _delivered.Values.Where(r => !_attempts.Contains(r, ReferenceEqualityComparer.Instance)), .. _attempts];
        _records = records.Count;
        try
        {
            await journal.ReplaceAsync(LogName, [.. records.Select(r => new ReadOnlyMemory<byte>(Encode(r)))], CancellationToken.None);
        }
        catch (IOException)
        {
            // Why not told: nothing is lost, it is tried again when the log has grown further, and a full disk is told elsewhere.
        }
    }

    private static byte[] Encode(NotificationRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, ResponseJson.Options);

    private void Fold(NotificationRecord record)
    {
        lock (_lock)
        {
            _attempts = _attempts.Add(record);
            if (_attempts.Count > MaxAttempts)
                _attempts = _attempts.RemoveAt(0);
            if (record.Entry is { } entry)
                _delivered = _delivered.SetItem(entry.Key, record);
        }
    }
}
