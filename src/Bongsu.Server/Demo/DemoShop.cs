using System.Net.Http.Json;

namespace Bongsu.Server.Demo;

/// <summary>The shop's five services and their customers, each a process; and the switches of its faults.</summary>
internal sealed class DemoShop(DemoRun run, IReadOnlyList<DemoFault> faults)
{
    private const string NewVersion = "1.43.0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _urls = [];
    private readonly Dictionary<string, string> _shared = [];
    private readonly HashSet<string> _on = [];
    private readonly SemaphoreSlim _switching = new(1, 1);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private (ChildProcess Process, string Url)? _release;
    private bool _hasDatabase;

    public async Task StartAsync(string otlpHttp, string? database, double rate, CancellationToken cancellationToken)
    {
        _hasDatabase = database is not null;
        foreach (var role in (string[])["gateway", "orders", "payments", "inventory", "worker"])
            _urls[role] = $"http://127.0.0.1:{DemoRun.FreePort()}";
        foreach (var role in (string[])["gateway", "orders", "payments", "inventory"])
            _shared[$"SHOP_{role.ToUpperInvariant()}_URL"] = _urls[role];
        _shared["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlpHttp;
        _shared["OTEL_METRIC_EXPORT_INTERVAL"] = "5000";
        _shared["ASPNETCORE_ENVIRONMENT"] = "Demo";
        _shared["BONGSU_SHUTDOWN_DELAY_MS"] = "0";
        if (database is not null)
            _shared["SHOP_DB"] = database;
        foreach (var (role, url) in _urls)
            StartService(role, role, url);
        foreach (var url in _urls.Values)
            await UntilReadyAsync(url, cancellationToken);
        run.Start("traffic", ["dotnet", DemoPaths.Shop, "traffic", "--url", _urls["gateway"], "--rate", FormattableString.Invariant($"{rate}")], _shared);
    }

    public IReadOnlyList<object> Faults()
    {
        lock (_on)
            return [.. faults.Select(f => new { f.Name, f.Description, f.Culprit, State = State(f) })];
    }

    /// <summary>Switches a fault; the sentence says what was done, or why not.</summary>
    public async Task<(bool Done, string Sentence)> SwitchAsync(string name, bool on, CancellationToken cancellationToken)
    {
        if (faults.FirstOrDefault(f => f.Name == name) is not { } fault)
            return (false, $"there is no fault \"{name}\"; there are {string.Join(", ", faults.Select(f => f.Name))}");
        if (fault.NeedsDatabase && !_hasDatabase)
            return (false, $"{name} needs PostgreSQL, and the demo has none (Debian: apt-get install postgresql)");
        await _switching.WaitAsync(cancellationToken);
        try
        {
            if (fault.SwitchedAt is { } role)
                await SwitchServiceAsync(role, name, on, cancellationToken);
            else
                await SwitchReleaseAsync(on, cancellationToken);
            lock (_on)
                _ = on ? _on.Add(name) : _on.Remove(name);
            return (true, on ? $"{name} is on: {fault.Description}" : $"{name} is off");
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            return (false, $"{name} could not be switched: {e.Message}");
        }
        finally
        {
            _switching.Release();
        }
    }

    private string State(DemoFault fault) => fault.NeedsDatabase && !_hasDatabase ? "needs PostgreSQL" : _on.Contains(fault.Name) ? "on" : "off";

    private async Task SwitchServiceAsync(string role, string name, bool on, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync($"{_urls[role]}/admin/faults/{name}", new FaultSwitch(on), cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    // A release as any other: a process of the new version beside the old one, and the gateway sends to both.
    private async Task SwitchReleaseAsync(bool on, CancellationToken cancellationToken)
    {
        if (on && _release is null)
        {
            var url = $"http://127.0.0.1:{DemoRun.FreePort()}";
            var process = StartService("orders-" + NewVersion, "orders", url, NewVersion);
            await UntilReadyAsync(url, cancellationToken);
            await SwitchUpstreamAsync(url, true, cancellationToken);
            _release = (process, url);
        }
        else if (!on && _release is { } release)
        {
            await SwitchUpstreamAsync(release.Url, false, cancellationToken);
            await run.StopAsync(release.Process);
            _release = null;
        }
    }

    private async Task SwitchUpstreamAsync(string url, bool on, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync($"{_urls["gateway"]}/admin/upstreams/orders", new { url, on }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private ChildProcess StartService(string name, string role, string url, string? version = null)
    {
        var environment = new Dictionary<string, string>(_shared);
        if (version is not null)
            environment["SHOP_VERSION"] = version;
        return run.Start(name, ["dotnet", DemoPaths.Shop, role, "--urls", url], environment);
    }

    private async Task UntilReadyAsync(string url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                using var response = await _http.GetAsync(url + "/readyz", patience.Token);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{url} was not ready within {Patience.TotalSeconds:0} s");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, patience.Token);
        }
    }
}
