using System.Text.Json;
using Bongsu.Response.Notify.Delivery;

namespace Bongsu.Response.Tests.Runtime;

/// <summary>Keeps what it is sent and answers as told.</summary>
internal sealed class RecordingNotifier : INotifier
{
    public List<JsonElement> Messages { get; } = [];

    public SendResult Answer { get; set; } = new(true, 200, null);

    public Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        Messages.Add(JsonDocument.Parse(message).RootElement);
        return Task.FromResult(Answer);
    }
}
