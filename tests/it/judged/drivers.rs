//! What goes with the overall level (section 19 of the method): what each factor adds to what is explained, in every order
//! in which they can be taken, and how often it moves with the level.

/// What all factors explain together, and of each its part of it and Kendall's tau-b with the overall level.
pub struct Drivers {
    pub r2: f64,
    pub shares: Vec<f64>,
    pub tau_b: Vec<f64>,
}

/// From the levels of each factor, person by person, and the overall levels.
pub fn drivers(factors: &[Vec<f64>], overall: &[f64]) -> Drivers {
    let orders = orders((0..factors.len()).collect());
    let mut added = vec![0.0; factors.len()];
    for order in &orders {
        for (factor, more) in order.iter().zip(explained(order.iter().map(|at| &factors[*at]), overall)) {
            added[*factor] += more / orders.len() as f64;
        }
    }
    let r2 = added.iter().sum::<f64>();
    let tau_b = factors.iter().map(|factor| tau_b(factor, overall)).collect();
    Drivers { r2, shares: added.iter().map(|part| part / r2).collect(), tau_b }
}

fn orders(all: Vec<usize>) -> Vec<Vec<usize>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let begun = all.iter().flat_map(|first| {
        let rest = all.iter().copied().filter(|other| other != first).collect();
        orders(rest).into_iter().map(move |order| [vec![*first], order].concat())
    });
    begun.collect()
}

/// What each column explains of the level beyond those before it: of each, only what is at right angles to them counts.
fn explained<'a>(columns: impl Iterator<Item = &'a Vec<f64>>, overall: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let centred = |values: &[f64]| -> Vec<f64> {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| value - mean).collect()
    };
    let overall = centred(overall);
    let mut before: Vec<Vec<f64>> = Vec::new();
    let mut parts = Vec::new();
    for column in columns {
        let mut rest = centred(column);
        for other in &before {
            let along = dot(&rest, other) / dot(other, other);
            rest.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
        }
        parts.push(dot(&rest, &overall).powi(2) / dot(&rest, &rest) / dot(&overall, &overall));
        before.push(rest);
    }
    parts
}

/// Pairs of persons that go the same way less those that go against each other, over all that are not tied.
fn tau_b(one: &[f64], other: &[f64]) -> f64 {
    let (mut apart, mut of_one, mut of_other) = (0.0, 0.0, 0.0);
    for i in 0..one.len() {
        for j in 0..i {
            let (a, b) = (one[i] - one[j], other[i] - other[j]);
            apart += if a * b == 0.0 { 0.0 } else { (a * b).signum() };
            of_one += f64::from(u8::from(a != 0.0));
            of_other += f64::from(u8::from(b != 0.0));
        }
    }
    apart / (of_one * of_other).sqrt()
}
