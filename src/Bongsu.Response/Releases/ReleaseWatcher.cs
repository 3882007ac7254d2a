using Bongsu.Telemetry;

namespace Bongsu.Response.Releases;

/// <summary>
/// Looks at the telemetry every few seconds and tells the log which versions began to run. A version that comes back after it was away (a rollback)
/// is a release again. The first version ever seen of a service is kept too, with no previous version: that is no change.
/// </summary>
public sealed class ReleaseWatcher(ITelemetryStore store, ReleaseLog log, TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>How far each look goes back: twice the longest export interval in wide use (60 s), so that a growing counter shows its growth.</summary>
    internal const long ScanMs = 180_000;

    /// <summary>A series whose first sample is this close to the start of a scan may have begun before it.</summary>
    internal const long EdgeMs = 65_000;

    private readonly VersionScan _scan = new(store);
    private readonly Dictionary<string, Dictionary<string, VersionSighting>> _running = new(StringComparer.Ordinal);
    private bool _first = true;

    /// <summary>Looks until cancelled. A look that fails is told to <paramref name="failed"/> and the next one tries again.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>One look. Not thread-safe.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var sighting in await _scan.RunAsync(nowMs - ScanMs, nowMs, cancellationToken).ConfigureAwait(false))
            await TakeAsync(sighting, cancellationToken).ConfigureAwait(false);
        _first = false;
        foreach (var versions in _running.Values)
        {
            foreach (var gone in versions.Where(v => v.Value.LastMs < nowMs - ScanMs).Select(v => v.Key).ToList())
                versions.Remove(gone);
        }
    }

    private async Task TakeAsync(VersionSighting sighting, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(sighting.Service, out var versions))
            _running[sighting.Service] = versions = new Dictionary<string, VersionSighting>(StringComparer.Ordinal);
        var began = Began(sighting, versions);
        await log.SeeAsync(sighting.Service, sighting.Version, began ? Previous(sighting, versions) : null, sighting.StartMs, began, sighting.Instances, cancellationToken).ConfigureAwait(false);
        versions[sighting.Version] = sighting;
    }

    private bool Began(VersionSighting sighting, Dictionary<string, VersionSighting> versions)
    {
        var newest = log.Latest(sighting.Service, sighting.LastMs);
        if (newest?.Version == sighting.Version || log.Latest(sighting.Service, sighting.StartMs)?.Version == sighting.Version)
        {
            // The newest release is this version: it goes on, or woke up after a quiet time; or its processes ended, and new ones were started.
            return WasAway(sighting, versions) && newest?.Version == sighting.Version && sighting.Instances.Except(newest.Instances, StringComparer.Ordinal).Any();
        }
        if (!versions.ContainsKey(sighting.Version))
            return !(_first && log.Knows(sighting.Service, sighting.Version)); // after a restart of Bongsu, what the log knows has been running
        return WasAway(sighting, versions); // it was rolled back to
    }

    /// <summary>Whether it worked, worked no longer while another version did, and works again.</summary>
    private static bool WasAway(VersionSighting sighting, Dictionary<string, VersionSighting> versions) =>
        versions.TryGetValue(sighting.Version, out var before) && sighting.StartMs > before.LastMs
        && sighting.AwaySinceMs is { } away && versions.Values.Any(v => v.Version != sighting.Version && v.LastMs > away);

    private string? Previous(VersionSighting sighting, Dictionary<string, VersionSighting> versions)
    {
        var running = versions.Values.Where(v => v.Version != sighting.Version).ToList();
        return running.Count > 0 ? running.MaxBy(v => v.LastMs)!.Version : log.Latest(sighting.Service, sighting.StartMs) is { } last && last.Version != sighting.Version ? last.Version : null;
    }
}
