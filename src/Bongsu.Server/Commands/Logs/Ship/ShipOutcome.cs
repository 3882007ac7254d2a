namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>What became of one batch.</summary>
/// <param name="Accepted">Records that are durable.</param>
/// <param name="Rejected">Records that were refused for good.</param>
/// <param name="Problem">Why some were, or all could not be sent; null when all is well.</param>
/// <param name="ExitCode">What it ends with, if nothing worse happens.</param>
/// <param name="IsFinal">The server takes nothing from this sender: sending more is of no use.</param>
internal sealed record ShipOutcome(int Accepted, int Rejected, string? Problem, int ExitCode, bool IsFinal = false);
