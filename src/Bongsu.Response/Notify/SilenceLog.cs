using System.Collections.Immutable;
using System.Text.Json;
using Bongsu.Response.Configuration;
using Bongsu.Telemetry.Journal;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify;

/// <summary>Silences folded from the journal's <c>silences</c> log; the last record of an id holds. Thread-safe.</summary>
internal sealed class SilenceLog(IJournal journal)
{
    public const string LogName = "silences";

    private ImmutableDictionary<string, Silence> _silences = ImmutableDictionary<string, Silence>.Empty;

    public IReadOnlyCollection<Silence> All => [.. Volatile.Read(ref _silences).Values];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in journal.ReadAsync(LogName, cancellationToken))
        {
            try
            {
                if (JsonSerializer.Deserialize<Record>(record.Bytes.Span, ResponseJson.Options) is { } read)
                    Fold(read);
            }
            catch (JsonException)
            {
                // A record of a later version that this one cannot read is left alone.
            }
        }
    }

    /// <summary>Puts a silence, or ends one by putting it with an earlier end.</summary>
    public async Task PutAsync(Silence silence, CancellationToken cancellationToken)
    {
        var record = new Record(1, silence.Id, [.. silence.Matchers.Select(m => m.ToString())], silence.StartsMs, silence.EndsMs, silence.CreatedBy, silence.Comment);
        await journal.AppendAsync(LogName, JsonSerializer.SerializeToUtf8Bytes(record, ResponseJson.Options), cancellationToken);
        Fold(record);
    }

    private void Fold(Record record)
    {
        var matchers = record.Matchers.Select(m => MatcherText.Parse(m).Matcher).OfType<LabelMatcher>().ToList();
        // A silence that cannot be read whole would silence too much.
        if (matchers.Count == record.Matchers.Count && matchers.Count > 0)
            ImmutableInterlocked.AddOrUpdate(ref _silences, record.Id, _ => Made(), (_, _) => Made());

        Silence Made() => new(record.Id, matchers, record.StartsMs, record.EndsMs, record.CreatedBy, record.Comment);
    }

    private sealed record Record(int V, string Id, IReadOnlyList<string> Matchers, long StartsMs, long EndsMs, string CreatedBy, string Comment);
}
