namespace Bongsu.AspNetCore;

/// <summary><c>/livez</c>, <c>/readyz</c> and <c>/startupz</c>. Checks run in the background; requests are answered from the last result.</summary>
public sealed class HealthOptions
{
    private readonly List<Dependency> _dependencies = [];

    /// <summary>Off: the three paths are the service's own business.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two runs of the checks.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    internal IReadOnlyList<Dependency> Dependencies => _dependencies;

    /// <summary>Declares something this service needs, and how to see that it is there: <paramref name="check"/> returns if it is and throws if not.</summary>
    /// <param name="name">Short and stable: it is shown in the health answer and is a metric attribute.</param>
    /// <param name="check">Must observe its cancellation token; a check that hangs is reported as timed out and not started again until it returns.</param>
    /// <param name="importance">Whether the service is unready without it.</param>
    /// <param name="timeout">One second unless given.</param>
    public void AddDependency(
        string name, Func<IServiceProvider, CancellationToken, Task> check,
        DependencyImportance importance = DependencyImportance.Hard, TimeSpan? timeout = null) =>
        _dependencies.Add(new Dependency(name, check, importance, timeout ?? TimeSpan.FromSeconds(1)));
}
