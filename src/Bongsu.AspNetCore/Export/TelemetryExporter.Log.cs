using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Export;

internal sealed partial class TelemetryExporter
{
    [LoggerMessage(4, LogLevel.Warning, "{items} items of {signal} could not be encoded ({exception}) and are dropped.")]
    private partial void NotEncoded(Signal signal, int items, string exception);
}
