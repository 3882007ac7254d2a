using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Health;

/// <summary>Runs every declared check in the background, each within its own time, and keeps the last results. A check that hangs holds up no other.</summary>
internal sealed partial class HealthChecks : IHostedService, IDisposable
{
    private readonly BongsuOptions _options;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly ILogger<HealthChecks> _logger;
    private readonly CheckState[] _states;
    private readonly Task?[] _running;
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private int _round;
    private volatile bool _passedOnce;

    public HealthChecks(BongsuOptions options, IServiceProvider services, IMeterFactory meters, TimeProvider time, ILogger<HealthChecks> logger)
    {
        _options = options;
        _services = services;
        _time = time;
        _logger = logger;
        _states = [.. options.Health.Dependencies.Select(d => new CheckState(d, null, null))];
        _running = new Task?[_states.Length];
        _passedOnce = !_states.Any(s => s.Dependency.Importance == DependencyImportance.Hard);
        if (_states.Length > 0)
            meters.Create(ExporterMetrics.MeterName).CreateObservableGauge("bongsu.dependency.up", Observe, "1", "1 if the declared dependency answered its last check, else 0.");
    }

    public IReadOnlyList<CheckState> States => _states;

    /// <summary>Every hard dependency answered its last check.</summary>
    public bool AllHardHealthy => Array.TrueForAll(_states, s => s.Dependency.Importance == DependencyImportance.Soft || s.Healthy == true);

    /// <summary>Every hard dependency was there at the same time once.</summary>
    public bool PassedOnce => _passedOnce;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Why: checks must not inherit an activity or scope of whoever starts the host.
        using (ExecutionContext.SuppressFlow())
            _timer = _time.CreateTimer(_ => Start(), null, TimeSpan.Zero, _options.Health.Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return _stop.CancelAsync();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Cancel();
    }

    internal async Task RunAsync()
    {
        var runs = new List<Task>(_states.Length);
        for (var i = 0; i < _states.Length; i++)
            runs.Add(Run(i));
        await Task.WhenAll(runs);
        if (AllHardHealthy)
            _passedOnce = true;
    }

    private void Start()
    {
        if (Interlocked.CompareExchange(ref _round, 1, 0) == 0)
            _ = RunAsync().ContinueWith(_ => Interlocked.Exchange(ref _round, 0), TaskScheduler.Default);
    }

    private async Task Run(int index)
    {
        var dependency = _states[index].Dependency;
        using var limit = new CancellationTokenSource(dependency.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            if (_running[index] is not { IsCompleted: false })
                _running[index] = Task.Run(() => dependency.Check(_services, either.Token), CancellationToken.None);
            await _running[index]!.WaitAsync(either.Token);
            Set(index, true, null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping: the last result stands.
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Set(index, false, "timeout");
        }
        catch (Exception e)
        {
            Set(index, false, ErrorClassifier.Classify(e));
        }
    }

    private void Set(int index, bool healthy, string? reason)
    {
        var before = _states[index];
        _states[index] = before with { Healthy = healthy, Reason = reason };
        if (before.Healthy == healthy || (before.Healthy is null && healthy))
            return;
        if (healthy)
            Back(before.Dependency.Name);
        else
            Gone(before.Dependency.Name, before.Dependency.Importance, reason ?? "");
    }

    private IEnumerable<Measurement<int>> Observe()
    {
        foreach (var state in _states)
        {
            if (state.Healthy is { } healthy)
            {
                yield return new Measurement<int>(
                    healthy ? 1 : 0, new("dependency", state.Dependency.Name),
                    new("importance", state.Dependency.Importance == DependencyImportance.Hard ? "hard" : "soft"));
            }
        }
    }
}
