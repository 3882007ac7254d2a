using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Export;

internal sealed partial class OtlpSender
{
    [LoggerMessage(1, LogLevel.Warning, "Telemetry is not delivered: {signal} to {address} failed with {why}. The service is not affected; losses are counted in bongsu.exporter.dropped.")]
    private partial void NotDelivered(Signal signal, string address, string why);

    [LoggerMessage(2, LogLevel.Information, "Telemetry is delivered again: {signal}.")]
    private partial void Recovered(Signal signal);

    [LoggerMessage(3, LogLevel.Warning, "The collector accepted {signal} in part: {rejected} rejected, because: {why}. Said once; later ones are counted in bongsu.exporter.dropped.")]
    private partial void Partial(Signal signal, long rejected, string why);
}
