namespace Bongsu.AspNetCore.Export;

internal enum Signal
{
    Traces,
    Metrics,
    Logs,
}
