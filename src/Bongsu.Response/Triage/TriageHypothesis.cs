using Bongsu.Response.Releases;

namespace Bongsu.Response.Triage;

/// <param name="Service">The service to look at first.</param>
/// <param name="Object">What exactly: the service, <c>service version</c>, or <c>caller -> peer</c>.</param>
/// <param name="SinceMs">When it began to go wrong there.</param>
/// <param name="Confidence">min(share, 1) × the relative margin to the next suspect; 0..1.</param>
public sealed record TriageHypothesis(string Service, SuspectKind Kind, string Object, long? SinceMs, double Confidence, string Sentence, Release? Release);
