namespace Bongsu.Response.Triage;

/// <summary>
/// One claim with the query that shows it: an instant query whose value at <paramref name="FromMs"/> is <paramref name="Before"/> and at
/// <paramref name="ToMs"/> is <paramref name="After"/> (null: it gave no value there).
/// </summary>
/// <param name="Claim">An English sentence; <paramref name="Code"/>, numbers and texts say the same for other languages.</param>
/// <param name="Supports">For the hypothesis, or against it.</param>
/// <param name="Unit"><c>s</c>, <c>/s</c>, <c>ratio</c>, <c>requests</c> or empty.</param>
/// <param name="Share">The part of the whole excess it explains.</param>
public sealed record Evidence(
    string Code, string Claim, IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts, bool Supports,
    double? Before, double? After, string Unit, double? Share, string Query, string Language, long FromMs, long ToMs);
