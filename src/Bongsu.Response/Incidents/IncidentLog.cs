using System.Collections.Immutable;
using System.Text.Json;
using Bongsu.Response.Configuration;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Incidents;

/// <summary>All incidents, folded from the journal. Readers see immutable snapshots; writes are one at a time and durable on return.</summary>
public sealed class IncidentLog(IJournal journal)
{
    public const string LogName = "incidents";

    private readonly SemaphoreSlim _write = new(1);
    private ImmutableSortedDictionary<int, IncidentState> _incidents = ImmutableSortedDictionary<int, IncidentState>.Empty;

    /// <summary>By number.</summary>
    public ImmutableSortedDictionary<int, IncidentState> All => Volatile.Read(ref _incidents);

    public IEnumerable<IncidentState> Open => All.Values.Where(i => i.IsOpen);

    public IncidentState? Find(string id) => All.Values.FirstOrDefault(i => string.Equals(i.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The newest incident that an alert belongs to, open ones first.</summary>
    public IncidentState? OfAlert(string alert) =>
        All.Values.Where(i => i.Alerts.Contains(alert)).OrderByDescending(i => i.IsOpen).ThenByDescending(i => i.Number).FirstOrDefault();

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in journal.ReadAsync(LogName, cancellationToken))
        {
            if (TryRead(record.Bytes.Span) is { } happened)
                Volatile.Write(ref _incidents, IncidentFold.Apply(All, record.Sequence, happened));
        }
    }

    /// <summary>Opens an incident under the next number; the event's own incident is not looked at.</summary>
    public async Task<IncidentState> OpenAsync(IncidentEvent opened, CancellationToken cancellationToken)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            var number = All.IsEmpty ? 1 : All.Keys.Last() + 1;
            await AppendAsync(opened with { Kind = "opened", Incident = IncidentFold.IdOf(number) }, cancellationToken);
            return All[number];
        }
        finally
        {
            _write.Release();
        }
    }

    /// <summary>
    /// Records what happened and returns the incident after it; null when there is no such incident or <paramref name="when"/> no longer holds, judged
    /// with no other write in between.
    /// </summary>
    public async Task<IncidentState?> AddAsync(IncidentEvent happened, CancellationToken cancellationToken, Func<IncidentState, bool>? when = null)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            if (Find(happened.Incident) is not { } incident || when?.Invoke(incident) == false)
                return null;
            await AppendAsync(happened with { Incident = incident.Id }, cancellationToken);
            return All[incident.Number];
        }
        finally
        {
            _write.Release();
        }
    }

    private async Task AppendAsync(IncidentEvent happened, CancellationToken cancellationToken)
    {
        var sequence = await journal.AppendAsync(LogName, JsonSerializer.SerializeToUtf8Bytes(happened, ResponseJson.Options), cancellationToken);
        Volatile.Write(ref _incidents, IncidentFold.Apply(All, sequence, happened));
    }

    private static IncidentEvent? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<IncidentEvent>(bytes, ResponseJson.Options);
        }
        catch (JsonException)
        {
            // A record of a later version that this one cannot read is left alone.
            return null;
        }
    }
}
