using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Releases;

/// <summary>
/// All releases: a fold over the journal log <c>releases</c>, so they outlive the telemetry they were seen in. Call <see cref="LoadAsync"/> once before
/// use. Thread-safe.
/// </summary>
/// <param name="suspectOf">Ids of the incidents a release (by its id) is suspected of.</param>
public sealed class ReleaseLog(IJournal journal, TimeProvider time, Func<string, IReadOnlyList<string>>? suspectOf = null)
{
    public const int MaxNameLength = 256;
    public const int MaxInstances = 64;
    private const string LogName = "releases";

    // A mark and the sighting of the same version this close together are one release.
    private static readonly long MergeMs = (long)TimeSpan.FromMinutes(15).TotalMilliseconds;

    private readonly SemaphoreSlim _append = new(1, 1);
    private readonly object _lock = new();
    private readonly List<Release> _releases = [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in journal.ReadAsync(LogName, cancellationToken).ConfigureAwait(false))
        {
            if (ReleaseRecord.Decode(record.Bytes.Span) is { } decoded)
                Fold(record.Sequence, decoded);
        }
    }

    /// <summary>Releases in the time (both ends inclusive), newest first.</summary>
    /// <param name="firstToo">Also the versions that services were first seen with, which are no changes.</param>
    public IReadOnlyList<Release> Between(long fromMs, long toMs, string? service = null, bool firstToo = false)
    {
        lock (_lock)
        {
            return [.. _releases.Where(r => r.AtMs >= fromMs && r.AtMs <= toMs && (service is null || r.Service == service) && (firstToo || r.IsChange))
                .OrderByDescending(r => r.AtMs).ThenBy(r => r.Id, StringComparer.Ordinal).Select(WithSuspects)];
        }
    }

    public Release? Find(string id)
    {
        lock (_lock)
            return _releases.Find(r => r.Id == id) is { } found ? WithSuspects(found) : null;
    }

    /// <summary>The newest release of a service up to a time; null when none is known.</summary>
    public Release? Latest(string service, long upToMs)
    {
        lock (_lock)
            return _releases.Where(r => r.Service == service && r.AtMs <= upToMs).MaxBy(r => r.AtMs) is { } found ? WithSuspects(found) : null;
    }

    /// <summary>The newest release of every service up to a time.</summary>
    public IReadOnlyDictionary<string, Release> LatestOfAll(long upToMs)
    {
        lock (_lock)
        {
            return _releases.Where(r => r.AtMs <= upToMs).GroupBy(r => r.Service, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => WithSuspects(g.MaxBy(r => r.AtMs)!), StringComparer.Ordinal);
        }
    }

    /// <summary>Why a mark cannot be taken; null when it can.</summary>
    public static string? Problem(ReleaseMark mark, long nowMs)
    {
        if (string.IsNullOrWhiteSpace(mark.Service))
            return "service is missing: name the service that was released";
        if (string.IsNullOrWhiteSpace(mark.Version))
            return "version is missing: name the version that was released";
        foreach (var (name, value) in new[] { ("service", mark.Service), ("version", mark.Version), ("commit", mark.Commit), ("by", mark.By) })
        {
            if (value?.Length > MaxNameLength)
                return $"{name} has {value.Length} characters; the limit is {MaxNameLength}";
        }
        return mark.AtMs is { } at && (at < 0 || at > nowMs + 60_000) ? $"atMs {at} is not between 1970 and now ({nowMs}); it is ms since the epoch" : null;
    }

    /// <summary>Keeps a mark that has no <see cref="Problem"/>. Commit and author of a version just seen are added to that release.</summary>
    public async Task<Release> MarkAsync(ReleaseMark mark, CancellationToken cancellationToken)
    {
        await _append.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var atMs = mark.AtMs ?? time.GetUtcNow().ToUnixTimeMilliseconds();
            var same = Near(mark.Service!, mark.Version!, atMs);
            var record = new ReleaseRecord
            {
                Of = same?.Id,
                Service = mark.Service!,
                Version = mark.Version!,
                AtMs = atMs,
                Source = Release.Marked,
                Commit = mark.Commit,
                By = mark.By,
                PreviousVersion = same is null ? PreviousOf(mark.Service!, mark.Version!, atMs) : null,
            };
            return await AppendAsync(record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _append.Release();
        }
    }

    /// <summary>Keeps what the telemetry shows: a version that began to run, or more instances of the one that did. Null when nothing is new.</summary>
    /// <param name="began">It did not run before <paramref name="atMs"/>.</param>
    internal async Task<Release?> SeeAsync(
        string service, string version, string? previous, long atMs, bool began, IReadOnlyList<string> instances, CancellationToken cancellationToken)
    {
        await _append.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = began ? Near(service, version, atMs) : NewestOf(service, version);
            if (began && known is { Instances.Count: > 0 } && !known.Instances.Intersect(instances, StringComparer.Ordinal).Any())
                known = null; // that one was seen running: these are other processes, started anew
            if (known is null && !began)
                return null;
            var fresh = instances.Except(known?.Instances ?? [], StringComparer.Ordinal).Take(MaxInstances - (known?.Instances.Count ?? 0)).ToList();
            if (known is not null && fresh.Count == 0)
                return null;
            var record = new ReleaseRecord
            {
                Of = known?.Id,
                Service = service,
                Version = version,
                PreviousVersion = known is null ? previous : null,
                AtMs = atMs,
                Source = Release.Seen,
                Instances = fresh,
            };
            return await AppendAsync(record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _append.Release();
        }
    }

    internal bool Knows(string service, string version)
    {
        lock (_lock)
            return _releases.Exists(r => r.Service == service && r.Version == version);
    }

    private async Task<Release> AppendAsync(ReleaseRecord record, CancellationToken cancellationToken)
    {
        var sequence = await journal.AppendAsync(LogName, record.Encode(), cancellationToken).ConfigureAwait(false);
        return WithSuspects(Fold(sequence, record)!);
    }

    private Release? Fold(long sequence, ReleaseRecord record)
    {
        lock (_lock)
        {
            if (record.Of is null)
            {
                var release = new Release($"r{sequence}", record.Service, record.Version, record.PreviousVersion, record.AtMs, record.Source,
                    record.Instances, record.Commit, record.By, []);
                _releases.Add(release);
                return release;
            }
            var index = _releases.FindIndex(r => r.Id == record.Of);
            if (index < 0)
                return null;
            var old = _releases[index];
            return _releases[index] = old with
            {
                Instances = [.. old.Instances.Union(record.Instances, StringComparer.Ordinal)],
                Commit = record.Commit ?? old.Commit,
                By = record.By ?? old.By,
            };
        }
    }

    private Release? Near(string service, string version, long atMs)
    {
        lock (_lock)
        {
            var newest = _releases.Where(r => r.Service == service && r.AtMs <= atMs + MergeMs).MaxBy(r => r.AtMs);
            return newest is not null && newest.Version == version && Math.Abs(newest.AtMs - atMs) <= MergeMs ? newest : null;
        }
    }

    private Release? NewestOf(string service, string version)
    {
        lock (_lock)
            return _releases.Where(r => r.Service == service && r.Version == version).MaxBy(r => r.AtMs);
    }

    private string? PreviousOf(string service, string version, long atMs)
    {
        lock (_lock)
            return _releases.Where(r => r.Service == service && r.AtMs <= atMs && r.Version != version).MaxBy(r => r.AtMs)?.Version;
    }

    private Release WithSuspects(Release release) => suspectOf is null ? release : release with { SuspectOf = suspectOf(release.Id) };
}
