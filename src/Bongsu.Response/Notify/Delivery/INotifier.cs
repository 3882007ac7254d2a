namespace Bongsu.Response.Notify.Delivery;

/// <summary>How one try went.</summary>
/// <param name="Status">HTTP status where there is one.</param>
/// <param name="Permanent">Trying again cannot help.</param>
public sealed record SendResult(bool Delivered, int? Status, string? Error, bool Permanent = false);

/// <summary>Sends one message to one target, once; retries are the delivery's. Thread-safe.</summary>
public interface INotifier
{
    Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
