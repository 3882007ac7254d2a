namespace Bongsu.Server.Tests.Ingest;

/// <summary>What a sender is told.</summary>
/// <param name="Status">As HTTP has it; 0 of a protocol that tells nothing.</param>
/// <param name="IsAccepted">All of the request was taken; null: nothing is told.</param>
/// <param name="Text">The reason, where there is one.</param>
internal sealed record Reply(int Status, bool? IsAccepted, string Text);
