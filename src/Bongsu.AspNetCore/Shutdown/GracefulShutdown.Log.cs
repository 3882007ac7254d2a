using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Shutdown;

internal sealed partial class GracefulShutdown
{
    [LoggerMessage(1, LogLevel.Information, "Stopping: not ready from now on, {inFlight} requests in flight, listening {delaySeconds} s more.")]
    private partial void Draining(int inFlight, double delaySeconds);

    [LoggerMessage(2, LogLevel.Warning, "Request cut at shutdown: {method} {route}, request {requestId}, after {elapsedMs} ms.")]
    private partial void Cut(string method, string route, string requestId, long elapsedMs);

    [LoggerMessage(3, LogLevel.Information, "Drained; {cut} requests were cut.")]
    private partial void Drained(int cut);
}
