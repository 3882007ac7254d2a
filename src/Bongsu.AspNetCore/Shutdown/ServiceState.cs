namespace Bongsu.AspNetCore.Shutdown;

/// <summary>Where the process is between start and exit. Thread-safe.</summary>
internal sealed class ServiceState
{
    private volatile bool _hasStarted;
    private volatile bool _isStopping;

    public bool HasStarted => _hasStarted;
    public bool IsStopping => _isStopping;

    public void Started() => _hasStarted = true;

    public void Stopping() => _isStopping = true;
}
